"""The words by which a line of a text shows that it belongs to a page or names a document, in eight languages.

Constants as in ``line_words``.
"""

from __future__ import annotations

from preserve.describe.proposals.line_words import any_of

WEEKDAY = any_of("""
    (?:mon|tues|wednes|thurs|fri|satur|sun)day | (?:mon|diens|donners|frei|sams|sonn)tag | mittwoch | sonnabend | lundi
    mardi | mercredi | jeudi | vendredi | samedi | dimanche | lunes | martes | miércoles | jueves | viernes | sábado
    domingo | понедельник | вторник | среда | четверг | пятница | суббота | воскресенье | pazartesi | salı | çarşamba
    perşembe | cuma | cumartesi | pazar | (?:يوم )?(?:الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد)
    شنبه | (?:یک|دو|سه|چهار|پنج)‌?شنبه | جمعه | آدینه
""")
"""A day of the week."""

SECTION = any_of(r"""
    introduction | preface | foreword | prologue | epilogue | conclusions? | contents | table of contents | abstract
    summary | background | overview | sources | references | bibliography | notes | footnotes | acknowledge?ments
    appendix(?: \w)? | annex(?: \w)? | methods? | results | discussion | chapter \w+ | part \w+ | section \w+
    executive summary | agenda | attachments? | purpose | scope | glossary | index | to-?do | readme | changelog
    authors? | licen[sc]es? | installation | usage | credits | contributing | requirements | (?:key )?features | faq
    einleitung | einführung | vorwort | nachwort | inhalt(?:sverzeichnis)? | zusammenfassung | quellen
    literatur(?:verzeichnis)? | anmerkungen | anhang | schluss | fazit | kapitel \w+ | teil \w+ | hintergrund
    avant-propos | préface | sommaire | résumé | table des matières | contexte | annexes? | bibliographie
    chapitre \w+ | remerciements | introducción | prólogo | prefacio | índice | resumen | conclusión | conclusiones
    antecedentes | fuentes | bibliografía | notas | capítulo \w+ | anexos? | введение | предисловие | послесловие
    содержание | оглавление | аннотация | заключение | выводы | источники | литература | примечания
    приложение(?: \w+)? | глава \w+ | часть \w+ | giriş | önsöz | sonsöz | sonuç | özet | içindekiler | kaynaklar
    kaynakça | notlar | ekler | bölüm \w+ | \w+ bölüm | مقدمة | المقدمة | تمهيد | توطئة | خاتمة | الخاتمة | الفهرس
    فهرس | المحتويات | ملخص | الملخص | خلاصة | المصادر | المراجع | هوامش | ملاحظات | الفصل \w+ | الباب \w+ | مقدمه
    پیشگفتار | دیباچه | چکیده | فهرست | نتیجه | نتیجه‌گیری | منابع | پانوشت | یادداشت‌ها | پیوست | فصل \w+
""")
"""The name of a part of a text, which is not the name of the text."""

CHROME = any_of(r"""
    home(?:page)? | menu | main menu | navigation | toggle navigation | search | skip to (?:main )?content
    about(?: us)? | contact(?: us)? | subscribe | log ?in | log ?out | sign (?:in|up) | register
    share(?: this)?(?: on \w+)? | print(?: this page)? | news | sports? | archives? | advertisement | sponsored
    read more | back(?: to top)? | cookies? | privacy(?: policy)? | comments? | leave a comment
    related (?:posts|stories|articles) | newsletter | follow us | (?:\d+ )?min(?:ute)?s? read | blog | opinion | world
    local | events | donate | shop | tags | categories | e-paper | politics | culture | business | technology | health
    science | arts | travel | lifestyle | weather | podcasts? | photos | videos? | accueil | recherche(?:r)?
    actualités | se connecter | s'abonner | mentions légales | partager | imprimer | boutique | à propos | rubriques
    politique | société | économie | international | régions | idées | startseite | suche | suchen | kontakt
    impressum | anmelden | abo | nachrichten | aktuelles | menü | teilen | drucken | über uns | politik | kultur
    wirtschaft | gesellschaft | wissen | panorama | meinung | feuilleton | inicio | noticias | buscar | contacto
    iniciar sesión | suscríbete | compartir | imprimir | portada | menú | quiénes somos | secciones | política
    cultura | deportes | economía | internacional | sociedad | opinión | mundo | главная | новости | поиск | меню
    контакты | войти | вход | регистрация | о нас | архив | подписаться | поделиться | печать | реклама | политика
    культура | спорт | экономика | общество | в мире | мнения | наука | ana ?sayfa | haberler | iletişim | ara | arama
    giriş yap | hakkımızda | üye ol | paylaş | yazdır | abone ol | arşiv | künye | gündem | siyaset | kültür | spor
    ekonomi | dünya | yaşam | yazarlar | sağlık | eğitim | الرئيسية | الصفحة الرئيسية | بحث | البحث | القائمة
    اتصل بنا | من نحن | أخبار | الأخبار | تسجيل الدخول | شارك | طباعة | اشترك | أرشيف | إعلان | سياسة | ثقافة | رياضة
    اقتصاد | محليات | مجتمع | منوعات | فن | رأي | عربي | دولي | خانه | صفحه اصلی | صفحهٔ اصلی | جستجو | اخبار
    تماس با ما | درباره ما | دربارهٔ ما | منو | ورود | عضویت | اشتراک‌گذاری | چاپ | آرشیو | سیاسی | فرهنگی | ورزشی
    اقتصادی | اجتماعی | بین‌الملل | جهان | ایران | untitled | no title | ohne titel | sans titre | sin título
    без названия | başlıksız | بدون عنوان | ladies and gentlemen | meine damen und herren | mesdames,? messieurs
    mesdames et messieurs | señoras y señores | дамы и господа | hanımefendiler,? beyefendiler | سيداتي سادتي
    خانم‌ها و آقایان | memo(?:randum)? | draft | confidential | strictly confidential
    (?:for immediate )?(?:press )?release | for immediate release | copy | entwurf | abschrift | vertraulich
    brouillon | confidentiel | borrador | confidencial | копия | черновик | taslak | gizli | مسودة | سري | سری
    پیش‌نویس
""")
"""What stands around a text on a page or a form, and is not its title."""

KIND = any_of(r"""
    minutes | report | statement | speech | interview | notice | appeal | declaration | resolution | notes | inventory
    rules | lecture | testimony | guide | manifesto | bulletin | newsletter | petition | sermon | essay | memoirs?
    diary | transcript | programme | log | logbook | announcement | invitation | register | account of | \w+verzeichnis
    \w+protokoll | \w+bericht | annonce | invitation à | invitación | convocatoria | объявление | приглашение | davet
    ilan | دعوة | إعلان عن | آگهی | deposition | affidavit | proclamation | ordinance | decree | ballad | song | poem
    hymn | elegy | obituary | testament | verslag | notulen | verbale | relazione | relatório | ata | open letter
    communiqué | flugblatt | predigt | tagebuch | rundbrief | satzung | chronik | protokoll | bericht | rede
    erklärung | aufruf | merkblatt | verzeichnis | lied | ordnung | gespräch | niederschrift | pétition | tract
    lettre ouverte | procès-verbal | compte rendu | rapport | déclaration | discours | témoignage | récit | poème
    ballade | registre | entretien | règlement | mémoire | appel | chanson | inventaire | avis | testimonio | poema
    nana | romance | petición | boletín | crónica | acta | informe | declaración | discurso | entrevista | aviso
    comunicado | reglamento | manifiesto | carta abierta | llamamiento | список | рассказ | письма | дневник
    воспоминания | листовка | устав | справка | петиция | протокол | отчет | отчёт | доклад | заявление | речь
    интервью | обращение | разговор | беседа | воззвание | песня | положение | опись | правила | dilekçe(?:si)?
    günlü(?:k|ğü) | anılar(?:ı)? | bülten(?:i)? | tüzü(?:k|ğü) | tutana(?:k|ğı) | rapor\w* | bildiri(?:si)?
    konuşma\w* | söyleşi | röportaj | çağrı(?:sı)? | duyuru(?:su)? | türkü(?:sü)? | yönetmeli(?:k|ği) | كشف | سجل
    قائمة | عريضة | نشرة | ميثاق | يوميات | رسائل | محضر | تقرير | بيان | خطاب | مقابلة | حوار | نداء | إعلان | رسالة
    مذكرات | ذكريات | قصيدة | أغنية | لائحة | كلمة | شهادة | دادخواست | خبرنامه | خاطرات | اساسنامه | گزارش
    صورت‌?جلسهٔ? | بیانیهٔ? | سخنرانی | گفت‌?و‌?گو | مصاحبهٔ? | یادداشت | ترانهٔ? | نامهٔ? | آیین‌نامهٔ? | فراخوان
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
    university | institute | association | union | ministère | société | mairie | commune | compagnie | ministerium
    verein | gesellschaft | gmbh | gemeinde | amt | universität | ministerio | ayuntamiento | sociedad | compañía
    asociación | universidad | министерство | общество | комитет | управление | университет | институт | bakanlığı
    belediyesi | derneği | müdürlüğü | üniversitesi | şirketi | وزارة | جمعية | بلدية | جامعة | شركة | دائرة | وزارت
    انجمن | دانشگاه | شرکت | ادارهٔ?
""")
"""Who issues documents; a line with such a word and no kind of document may be a letterhead."""
