"""The words by which a line of a text shows what it is, in the languages that archives most often get.

Each constant is a piece of a regular expression for small letters, or to be used with ``re.IGNORECASE``; accented
letters are found composed and decomposed.  English, French, Spanish, German, Russian, Turkish, Arabic, Persian.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def any_of(words: str) -> str:
    """An alternative of the *words*, which stand on lines of their own or between bars with spaces around them."""
    listed = [word.strip() for word in words.replace("\n", " | ").split(" | ") if word.strip()]
    return f"(?:{'|'.join(map(_loose, listed))})"


def _loose(words: str) -> str:
    """*words* such that an accent may stand apart from its letter, a dotless i be an i, a space any white space."""
    pieces = []
    for char in unicodedata.normalize("NFC", words):
        apart = unicodedata.normalize("NFD", char)
        either = "[ıi]" if char == "ı" else char if apart == char else f"(?:{char}|{apart})"
        pieces.append(r"\s+" if char == " " else either)
    return "".join(pieces)


def small(line: str) -> str:
    """*line* in small letters; the Turkish capital i with a dot becomes a plain i."""
    return line.lower().replace("i\u0307", "i")


GREETING = any_of(r"""
    (?:my )?dear(?:est)? | to whom it may | sehr geehrte\w* | (?:mon |ma |mes )?ch(?:er|ère)s? | estimad[oa]s?
    querid[oa]s?
    muy señor\w* | (?:много|глубоко)?уважаем(?:ый|ая|ые) | дорог(?:ой|ая|ие) | здравствуй(?:те)? | sayın | sevgili
    değerli | gentile | egregi[oa] | prezad[oa]s? | geachte
    (?:برادر|خواهر|پدر|مادر|دوست|دوستان|فرزند|پسر|دختر|استاد|همکار) عزیز(?:م|مان)? | پیاری | پیارے | محترم
    عزيزي | عزيزتي | أعزائي | السلام عليكم | إلى من يهمه | حضرة | جناب | سرکار خانم | با سلام | دوست عزیز
""")
"""Begins a letter wherever it begins a short line."""

HAIL = any_of(r"""
    car[oai] | beste | lieve | hi | hello | hey | greetings | sirs? | madam | gentlemen
    good (?:morning|evening|day|afternoon) | friends
    comrades
    liebe[rs]? | hallo | guten (?:tag|morgen|abend) | werte[rs]? | bonjour | bonsoir | monsieur | madame | mesdames
    messieurs
    mademoiselle | salut | señor(?:es|as?)? | hola | buen[oa]s (?:días|tardes) | compañer[oa]s | camarades
    genoss(?:en|e|in)
    мил(?:ый|ая|ые) | родн(?:ой|ая|ые) | привет | добр(?:ый|ое|ого) (?:день|вечер|утро|дня) | товарищи? | друзья
    merhaba | selam | aziz | kıymetli | arkadaşlar | تحية(?: طيبة)? | السيدة? | السادة | الأخت? | أخي | أختي | مرحبا
    سيدي
    سلام | درود | آقای | خانم
""")
"""Begins a letter where the line also ends as a greeting does, with a comma, a colon or an exclamation mark."""

CLOSING = any_of(r"""
    i (?:am|remain|have the honou?r).{0,80} | (?:ever )?your(?:s)? (?:most )?(?:obedient|humble|affectionate).{0,40}
    .{0,40}agréer.{0,130} | recevez.{0,100} | .{0,90}sentiments (?:distingués|dévoués|respectueux|les meilleurs)
    mit vorzüglicher hochachtung | es grüßt.{0,40} | ihr (?:sehr )?ergeben\w* | sin otro particular.{0,80}
    reciba.{0,80}
    quedo de (?:usted|ud).{0,60} | примите.{0,90} | остаюсь.{0,70} | предан\w+ (?:вам|тебе).{0,20} | обнимаю | целую
    gözlerinden öperim | gözlerinizden öperim | hoşça kal(?:ın)? | ودمت(?:م)?.{0,30} | وتقبلوا .{0,50}
    (?:صديق|أخو|أخت|ابن|ابنت)ك(?:م)? | با تقدیم احترام | مخلص شما | فدایت
    yours(?:,? \w+){0,3} | (?:\w+ ){1,2}yours | sincerely
    (?:(?:with|all|my) )*(?:best|kind|kindest|warm|warmest)(?: regards| wishes)?
    (?:with )?(?:much |all my )?love | regards | respectfully(?: yours)? | cheers | cordially | in solidarity
    (?:(?:i am|i remain|believe me|your) .{0,50}|your )(?:friend|servant|comrade|brother|sister|son|daughter)
    your (?:loving |affectionate )?(?:mother|father|wife|husband|aunt|uncle)
    (?:bien |très )?cordialement | (?:bien )?à (?:vous|toi) | (?:bien )?amicalement | (?:bien )?sincèrement
    respectueusement | (?:ton|ta|votre|vos) \w+(?: \w+)?
    (?:.{0,120} )?salutations?(?: \w+){1,3} | (?:je )?(?:t'|vous |t’)embrasse
    mit (?:freundlichen|besten|herzlichen|vielen|lieben|kollegialen|solidarischen) grüßen | mit freundlichem gruß
    hochachtungsvoll
    (?:viele|liebe|herzliche|beste|schöne|freundliche) grüße | (?:ihre?|deine?|euer|eure)(?: \w+){0,2} | gruß
    (?:le saluda |les saluda |muy )?atentamente | (?:un |reciba un )?(?:cordial|afectuoso) saludo | saludos(?: \w+)?
    un (?:fuerte )?abrazo
    cordialmente | con (?:cariño|afecto)
    (?:tu|su) (?:\w+ )?(?:amig[oa]|herman[oa]|hij[oa]|madre|padre|prim[oa]|tí[oa])
    (?:distinti|cordiali|cari|affettuosi) saluti | (?:vi|ti) abbracci(?:o|amo) | con affetto | in fede
    (?:atenciosamente|cumprimentos|abraços?|saudações(?: \w+)?) | met (?:vriendelijke|hartelijke) groet(?:en)?
    hoogachtend
    с (?:глубоким |искренним )?(?:уважением|почтением|приветом|любовью|наилучшими пожеланиями)
    искренне (?:ваша?|твой|твоя) | всего (?:доброго|хорошего)
    (?:ваша?|твой|твоя)(?: \w+){0,2} | (?:en içten )?saygılar(?:ımla|ımızla)? | sevgiler(?:imle|le)? | selamlar
    hürmetlerimle
    (?:en iyi )?dileklerimle
    مع (?:(?:خالص|أطيب|فائق|وافر|أصدق|كل) )?(?:التحية|التحيات|تحياتي|الود|المودة|المحبة|التمنيات|الاحترام|التقدير)
    مع (?:جزيل )?الشكر(?: والتقدير)?
    وتفضلوا بقبول .{0,40} | تفضلوا بقبول .{0,40} | (?:مع )?تحياتي | المخلصة? | أخوكم | والسلام(?: عليكم.{0,30})?
    با (?:احترام|سپاس|تشکر|مهر|درود)(?: .{0,20})? | ارادتمند(?: شما)? | دوستدار(?: شما)? | قربانت
    (?:خواهر|برادر|مادر|پدر)ت | آپ (?:کا|کی) \S+
""")
"""Stands alone above the name of who wrote a letter."""

STATEMENT_OF = any_of(r"""
    (?:joint |public |press )?(?:statement|declaration|communiqué|resolution|appeal|call) (?:of|by|from)(?: the)?
    déclaration (?:du|de la|des|de) | communiqué (?:du|de la|des|de) | appel (?:du|de la|des)
    declaración (?:del|de la|de los|de) | comunicado (?:del|de la|de los|de) | llamamiento (?:del|de la)
    erklärung (?:der|des|von) | stellungnahme (?:der|des|von) | aufruf (?:der|des|von)
    بيان(?: صادر)?(?: عن)? | نداء(?: من)? | تصريح(?: صحفي)?(?: صادر)?(?: عن)? | بیانیهٔ? | اعلامیهٔ?
""")
"""Begins a line that names the group whose word a text is."""

WRITTEN_BY = any_of(r"""
    (?:(?:written|posted|compiled|prepared|drafted|recorded|reported|told|words|story|text|interview|poem) )?by
    (?:a|an|the) (?:review|report|story|essay|talk|poem|article|lecture) by
    (?:a )?(?:poem|song|ballad|verses) by | (?:ein )?(?:gedicht|lied) von | poème de | paroles de | poema de | versos de
    سروده | سرودهٔ | سرودۀ | شعر از | متن از
    بقلم | كتبتها? | كتبها? | تأليف | إعداد | حاور(?:ه|ها|ته|تها)? | أجر(?:ى|ت) (?:الحوار|المقابلة) | حوار | به قلم
    نوشته | نوشتهٔ | نوشتۀ | گزارش از | گفت‌وگو از
    propos recueillis par | rédigé par | écrit par | texte de | verfasst von | aufgezeichnet von
    ein (?:bericht|text|gespräch|beitrag) von
    escrito por | texto de | entrevista de | redactado por | беседовала? | записала? | написала?
""")
"""What comes before a name, with or without a colon."""

SHORT_BY = any_of("von | par | por")
"""The same, but these words begin many other lines too."""

AUTHOR = any_of(r"""
    authors? | writer | creator | written by | prepared by | minutes taken by | autor(?:in|es|as|en|a)?
    auteur(?:e|s|es)? | autrice | rédacteur
    verfasser(?:in)? | escritora? | автор(?:ы|ша)? | составитель | söyleşi | röportaj | yazan | yazar(?:lar|ı)?
    hazırlayan | kaleme alan
    كتبت?
    شعر | حاور(?:ه|ها|ته|تها)? | أجر(?:ى|ت) (?:الحوار|المقابلة) | şiir | стихи | versos | poem | gedicht
    الكاتبة? | المؤلفة? | كاتب المقال | المحررة? | إعداد | بقلم | تأليف | نویسنده | نویسندگان | نگارنده | گردآورنده
    گزارشگر | شاعر | الشاعرة?
""")
"""The label of a line that names who wrote the text."""

FROM = any_of("""
    from | de | von | от | от кого | kimden | gönderen | من | المرسل | از | فرستنده | expéditeur | remitente
    absender
""")
TO = any_of("""
    to | à | a | an | para | pour | кому | kime | alıcı | إلى | الى | المرسل إليه | به | گیرنده | destinataire
    destinatario | cc
""")
"""The labels of a message's head."""

SUBJECT = any_of(r"""
    subject | re | title | betreff | betr | objet | asunto | título | titre | titel | тема | заголовок | название
    konu | başlık
    الموضوع | موضوع | عنوان المقال | العنوان | عنوان
""")

OWN_DATE = any_of(r"""
    date | dated | sent | published(?: on| at)? | posted(?: on)? | written(?: on)? | publication date
    date published | date of (?:the )?(?:letter|meeting|report|interview|recording|statement|publication|issue)
    (?:interview|recording|meeting) date | recorded(?: on)? | interviewed(?: on)? | aufgenommen am
    datum (?:des gesprächs|der sitzung|der aufnahme|des interviews)
    date (?:de l'entretien|de la séance|de l'enregistrement|de publication|de parution) | enregistré le
    fecha de (?:la )?(?:entrevista|reunión|carta|grabación|publicación|sesión)
    дата (?:интервью|беседы|записи|заседания|собрания|письма) | (?:görüşme|toplantı|kayıt|mektup) tarihi
    تاريخ (?:المقابلة|الاجتماع|التسجيل|اللقاء|الحوار|الرسالة|الجلسة) | تاریخ (?:مصاحبه|جلسه|گفت‌وگو|نامه|ضبط)
    datum | gesendet | veröffentlicht(?: am)? | erschienen(?: am)? | geschrieben am | envoyé(?: le)?
    publiée?(?: le)? | mise? en ligne le | écrit le
    fecha | enviado(?: el)? | publicado(?: el)? | escrito el | дата | отправлено | опубликовано | дата публикации
    написано
    tarihi? | gönderme tarihi | yayın(?:lanma)? tarihi | gönderildi | yayımlandı
    التاريخ | تاريخ النشر | نشرت? في | نُشر في | كتبت? في | أرسلت? في | حررت? في | تاریخ | تاریخ انتشار | تاریخ نگارش
""")
"""The label of the day on which a text was written, sent or published."""

WEEKDAY = any_of("""
    (?:mon|tues|wednes|thurs|fri|satur|sun)day | (?:mon|diens|donners|frei|sams|sonn)tag | mittwoch | sonnabend | lundi
    mardi | mercredi | jeudi | vendredi | samedi | dimanche | lunes | martes | miércoles | jueves | viernes
    sábado | domingo
    понедельник | вторник | среда | четверг | пятница | суббота | воскресенье | pazartesi | salı | çarşamba
    perşembe | cuma
    cumartesi | pazar | (?:يوم )?(?:الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد)
    شنبه | (?:یک|دو|سه|چهار|پنج)‌?شنبه | جمعه | آدینه
""")
"""A day of the week."""

SECTION = any_of(r"""
    introduction | preface | foreword | prologue | epilogue | conclusions? | contents | table of contents | abstract
    summary | background | overview
    sources | references | bibliography | notes | footnotes | acknowledge?ments | appendix(?: \w)? | annex(?: \w)?
    methods? | results | discussion
    chapter \w+ | part \w+ | section \w+ | executive summary | agenda | attachments? | purpose | scope | glossary
    index | to-?do | readme | changelog | authors? | licen[sc]es? | installation | usage | credits | contributing
    requirements | (?:key )?features | faq
    einleitung | einführung | vorwort | nachwort | inhalt(?:sverzeichnis)? | zusammenfassung | quellen
    literatur(?:verzeichnis)? | anmerkungen | anhang
    schluss | fazit | kapitel \w+ | teil \w+ | hintergrund | avant-propos | préface | sommaire | résumé
    table des matières | contexte | annexes?
    bibliographie | chapitre \w+ | remerciements | introducción | prólogo | prefacio | índice | resumen | conclusión
    conclusiones | antecedentes
    fuentes | bibliografía | notas | capítulo \w+ | anexos? | введение | предисловие | послесловие | содержание
    оглавление | аннотация | заключение
    выводы | источники | литература | примечания | приложение(?: \w+)? | глава \w+ | часть \w+ | giriş | önsöz
    sonsöz | sonuç | özet | içindekiler
    kaynaklar | kaynakça | notlar | ekler | bölüm \w+ | \w+ bölüm | مقدمة | المقدمة | تمهيد | توطئة | خاتمة
    الخاتمة | الفهرس | فهرس | المحتويات
    ملخص | الملخص | خلاصة | المصادر | المراجع | هوامش | ملاحظات | الفصل \w+ | الباب \w+ | مقدمه | پیشگفتار | دیباچه
    چکیده | فهرست | نتیجه | نتیجه‌گیری
    منابع | پانوشت | یادداشت‌ها | پیوست | فصل \w+
""")
"""The name of a part of a text, which is not the name of the text."""

CHROME = any_of(r"""
    home(?:page)? | menu | main menu | navigation | toggle navigation | search | skip to (?:main )?content
    about(?: us)? | contact(?: us)? | subscribe
    log ?in | log ?out | sign (?:in|up) | register | share(?: this)?(?: on \w+)? | print(?: this page)? | news
    sports? | archives? | advertisement | sponsored
    read more | back(?: to top)? | cookies? | privacy(?: policy)? | comments? | leave a comment
    related (?:posts|stories|articles) | newsletter | follow us
    (?:\d+ )?min(?:ute)?s? read | blog | opinion | world | local | events | donate | shop | tags | categories
    e-paper | politics | culture | business | technology | health | science | arts | travel | lifestyle | weather
    podcasts? | photos | videos?
    accueil | recherche(?:r)? | actualités | se connecter | s'abonner | mentions légales | partager | imprimer
    boutique | à propos | rubriques | politique | société | économie | international | régions | idées
    startseite | suche | suchen | kontakt | impressum | anmelden | abo | nachrichten | aktuelles | menü | teilen
    drucken | über uns | politik | kultur | wirtschaft | gesellschaft | wissen | panorama | meinung | feuilleton
    inicio | noticias | buscar | contacto | iniciar sesión | suscríbete | compartir | imprimir | portada | menú
    quiénes somos | secciones | política | cultura | deportes | economía | internacional | sociedad | opinión | mundo
    главная | новости | поиск | меню | контакты | войти | вход | регистрация | о нас | архив | подписаться
    поделиться | печать | реклама | политика | культура | спорт | экономика | общество | в мире | мнения | наука
    ana ?sayfa | haberler | iletişim | ara | arama | giriş yap | hakkımızda | üye ol | paylaş | yazdır | abone ol
    arşiv | künye | gündem | siyaset | kültür | spor | ekonomi | dünya | yaşam | yazarlar | sağlık | eğitim
    الرئيسية | الصفحة الرئيسية | بحث | البحث | القائمة | اتصل بنا | من نحن | أخبار | الأخبار | تسجيل الدخول | شارك
    طباعة | اشترك | أرشيف | إعلان | سياسة | ثقافة | رياضة | اقتصاد | محليات | مجتمع | منوعات | فن | رأي | عربي | دولي
    خانه | صفحه اصلی | صفحهٔ اصلی | جستجو | اخبار | تماس با ما | درباره ما | دربارهٔ ما | منو | ورود | عضویت
    اشتراک‌گذاری | چاپ | آرشیو | سیاسی | فرهنگی | ورزشی | اقتصادی | اجتماعی | بین‌الملل | جهان | ایران
    untitled | no title | ohne titel | sans titre | sin título | без названия | başlıksız | بدون عنوان
    ladies and gentlemen | meine damen und herren | mesdames,? messieurs | mesdames et messieurs | señoras y señores
    дамы и господа
    hanımefendiler,? beyefendiler | سيداتي سادتي | خانم‌ها و آقایان
    memo(?:randum)? | draft | confidential | strictly confidential | (?:for immediate )?(?:press )?release
    for immediate release | copy | entwurf
    abschrift | vertraulich | brouillon | confidentiel | borrador | confidencial | копия | черновик | taslak | gizli
    مسودة | سري | سری | پیش‌نویس
""")
"""What stands around a text on a page or a form, and is not its title."""

KIND = any_of(r"""
    minutes | report | statement | speech | interview | notice | appeal | declaration | resolution | notes
    inventory | rules | lecture | testimony | guide
    manifesto | bulletin | newsletter | petition | sermon | essay | memoirs? | diary | transcript | programme
    log | logbook | announcement | invitation | register | account of | \w+verzeichnis | \w+protokoll | \w+bericht
    annonce | invitation à | invitación | convocatoria | объявление | приглашение | davet | ilan | دعوة | إعلان عن
    آگهی
    deposition | affidavit | proclamation | ordinance | decree | ballad | song | poem | hymn | elegy | obituary
    testament | verslag | notulen | verbale | relazione
    relatório | ata
    open letter | communiqué | flugblatt
    predigt | tagebuch | rundbrief | satzung | chronik | protokoll | bericht | rede | erklärung | aufruf | merkblatt
    verzeichnis | lied | ordnung | gespräch | niederschrift
    pétition | bulletin | tract | lettre ouverte | procès-verbal | compte rendu | rapport | déclaration | discours
    témoignage | récit | poème | ballade | registre | entretien | règlement | mémoire | appel | chanson
    inventaire | avis
    testimonio | poema | nana | romance | petición | boletín | crónica | acta | informe | declaración | discurso
    entrevista | aviso | comunicado
    reglamento | manifiesto | carta abierta | llamamiento
    список | рассказ | письма | дневник | воспоминания | листовка | устав | справка | петиция | протокол | отчет
    отчёт | доклад
    заявление | речь | интервью | обращение | разговор | беседа | воззвание | песня | положение | опись | правила
    dilekçe(?:si)? | günlü(?:k|ğü) | anılar(?:ı)? | bülten(?:i)? | tüzü(?:k|ğü) | tutana(?:k|ğı) | rapor\w*
    bildiri(?:si)? | konuşma\w* | söyleşi | röportaj | çağrı(?:sı)? | duyuru(?:su)? | türkü(?:sü)?
    yönetmeli(?:k|ği)
    كشف | سجل | قائمة | عريضة | نشرة | ميثاق | يوميات | رسائل | محضر | تقرير | بيان | خطاب | مقابلة | حوار | نداء
    إعلان | رسالة
    مذكرات | ذكريات | قصيدة | أغنية | لائحة | كلمة | شهادة
    دادخواست | خبرنامه | خاطرات | اساسنامه | گزارش | صورت‌?جلسهٔ? | بیانیهٔ? | سخنرانی | گفت‌?و‌?گو | مصاحبهٔ?
    یادداشت | ترانهٔ? | نامهٔ? | آیین‌نامهٔ? | فراخوان
""")
"""A kind of document; a first line with such a word names the document."""

ACT = any_of("""
    appeal | appel | llamamiento | aufruf | обращение | çağrı(?:sı)? | نداء | فراخوان
    held (?:at|on|in) | delivered (?:at|on|in|to|before) | tenue? (?:à|le|en) | prononcée? (?:à|le|devant)
    celebrad[oa] (?:en|el) | pronunciad[oa] (?:en|el|ante) | abgehalten (?:am|in|zu) | gehalten (?:am|in|zu|vor|auf)
    minutes | meeting | speech | address | sermon | lecture | statement | declaration | resolution | newsletter
    communiqué | procès-verbal | séance | discours | déclaration | résolution | acta | reunión | discurso | declaración
    comunicado | resolución | protokoll | sitzung | rede | predigt | erklärung | resolution | rundbrief | niederschrift
    протокол | заседание | заседания | собрания | речь | заявление | резолюция | выступление | доклад
    tutana(?:k|ğı) | toplantı(?:sı)? | konuşma(?:sı)? | bildiri(?:si)? | açıklama(?:sı)?
    محضر | اجتماع | بيان | خطاب | كلمة | قرار | تصريح | صورت‌?جلسهٔ? | بیانیهٔ? | سخنرانی | قطعنامهٔ?
""")
"""What takes place on a day: the date in a line with such a word is the day of the document."""

HOUSE = any_of(r"""
    ministry | department | office | society | committee | company | co\. | ltd\.? | inc\.? | & sons | council
    university | institute | association | union
    ministère | société | mairie | commune | compagnie | ministerium | verein | gesellschaft | gmbh | gemeinde | amt
    universität
    ministerio | ayuntamiento | sociedad | compañía | asociación | universidad | министерство | общество | комитет
    управление | университет | институт
    bakanlığı | belediyesi | derneği | müdürlüğü | üniversitesi | şirketi | وزارة | جمعية | بلدية | جامعة | شركة
    دائرة | وزارت | انجمن | دانشگاه | شرکت | ادارهٔ?
""")
"""Who issues documents; a line with such a word and no kind of document may be a letterhead."""

_HEAD = 4000
"""Characters in which a message says that it quotes another."""
_ANSWERED_MARKS = ("-----", "wrote:", "schrieb", " a écrit", "escribió:", "пишет:", "написал", "yazdı:", "كتب", "نوشت:")
_ANSWERED = re.compile(
    r"^[ \t>*_-]*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d'origine|message transféré|mensaje original|исходное сообщение|пересылаемое сообщение|özgün ileti"
    r"|الرسالة الأصلية|پیام اصلی)|.{4,100}\s(?:wrote|schrieb.{0,40}|a écrit|escribió|пишет|написала?|yazdı|كتبت?|نوشت)"
    r"\s?[:：]\s*$)",
    re.IGNORECASE | re.MULTILINE,
)


@lru_cache(4)
def answered(text: str) -> int:
    """Where the letter begins that a message answers or forwards; -1 if there is none."""
    head = text[:_HEAD]
    if not any(mark in head for mark in _ANSWERED_MARKS):
        return -1
    match = _ANSWERED.search(head)
    return match.start() if match else -1
