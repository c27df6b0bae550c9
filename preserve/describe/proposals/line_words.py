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
    querid[oa]s? | muy señor\w* | (?:много|глубоко)?уважаем(?:ый|ая|ые) | дорог(?:ой|ая|ие) | здравствуй(?:те)? | sayın
    sevgili | değerli | gentile | egregi[oa] | prezad[oa]s? | geachte
    (?:برادر|خواهر|پدر|مادر|دوست|دوستان|فرزند|پسر|دختر|استاد|همکار) عزیز(?:م|مان)? | پیاری | پیارے | محترم | عزيزي
    عزيزتي | أعزائي | السلام عليكم | إلى من يهمه | حضرة | جناب | سرکار خانم | با سلام | دوست عزیز
""")
"""Begins a letter wherever it begins a short line."""

HAIL = any_of(r"""
    car[oai] | beste | lieve | hi | hello | hey | greetings | sirs? | madam | gentlemen
    good (?:morning|evening|day|afternoon) | friends | comrades | liebe[rs]? | hallo | guten (?:tag|morgen|abend)
    werte[rs]? | bonjour | bonsoir | monsieur | madame | mesdames | messieurs | mademoiselle | salut | señor(?:es|as?)?
    hola | buen[oa]s (?:días|tardes) | compañer[oa]s | camarades | genoss(?:en|e|in) | мил(?:ый|ая|ые)
    родн(?:ой|ая|ые) | привет | добр(?:ый|ое|ого) (?:день|вечер|утро|дня) | товарищи? | друзья | merhaba | selam | aziz
    kıymetli | arkadaşlar | تحية(?: طيبة)? | السيدة? | السادة | الأخت? | أخي | أختي | مرحبا | سيدي | سلام | درود | آقای
    خانم
""")
"""Begins a letter where the line also ends as a greeting does, with a comma, a colon or an exclamation mark."""

CLOSING = any_of(r"""
    i (?:am|remain|have the honou?r).{0,80} | (?:ever )?your(?:s)? (?:most )?(?:obedient|humble|affectionate).{0,40}
    .{0,40}agréer.{0,130} | recevez.{0,100} | .{0,90}sentiments (?:distingués|dévoués|respectueux|les meilleurs)
    mit vorzüglicher hochachtung | es grüßt.{0,40} | ihr (?:sehr )?ergeben\w* | sin otro particular.{0,80}
    reciba.{0,80} | quedo de (?:usted|ud).{0,60} | примите.{0,90} | остаюсь.{0,70} | предан\w+ (?:вам|тебе).{0,20}
    обнимаю | целую | gözlerinden öperim | gözlerinizden öperim | hoşça kal(?:ın)? | ودمت(?:م)?.{0,30}
    وتقبلوا .{0,50} | (?:صديق|أخو|أخت|ابن|ابنت)ك(?:م)? | با تقدیم احترام | مخلص شما | فدایت | yours(?:,? \w+){0,3}
    (?:\w+ ){1,2}yours | sincerely | (?:(?:with|all|my) )*(?:best|kind|kindest|warm|warmest)(?: regards| wishes)?
    (?:with )?(?:much |all my )?love | regards | respectfully(?: yours)? | cheers | cordially | in solidarity
    (?:(?:i am|i remain|believe me|your) .{0,50}|your )(?:friend|servant|comrade|brother|sister|son|daughter)
    your (?:loving |affectionate )?(?:mother|father|wife|husband|aunt|uncle) | (?:bien |très )?cordialement
    (?:bien )?à (?:vous|toi) | (?:bien )?amicalement | (?:bien )?sincèrement | respectueusement
    (?:ton|ta|votre|vos) \w+(?: \w+)? | (?:.{0,120} )?salutations?(?: \w+){1,3} | (?:je )?(?:t'|vous |t’)embrasse
    mit (?:freundlichen|besten|herzlichen|vielen|lieben|kollegialen|solidarischen) grüßen | mit freundlichem gruß
    hochachtungsvoll | (?:viele|liebe|herzliche|beste|schöne|freundliche) grüße
    (?:ihre?|deine?|euer|eure)(?: \w+){0,2} | gruß | (?:le saluda |les saluda |muy )?atentamente
    (?:un |reciba un )?(?:cordial|afectuoso) saludo | saludos(?: \w+)? | un (?:fuerte )?abrazo | cordialmente
    con (?:cariño|afecto) | (?:tu|su) (?:\w+ )?(?:amig[oa]|herman[oa]|hij[oa]|madre|padre|prim[oa]|tí[oa])
    (?:distinti|cordiali|cari|affettuosi) saluti | (?:vi|ti) abbracci(?:o|amo) | con affetto | in fede
    (?:atenciosamente|cumprimentos|abraços?|saudações(?: \w+)?) | met (?:vriendelijke|hartelijke) groet(?:en)?
    hoogachtend | с (?:глубоким |искренним )?(?:уважением|почтением|приветом|любовью|наилучшими пожеланиями)
    искренне (?:ваша?|твой|твоя) | всего (?:доброго|хорошего) | (?:ваша?|твой|твоя)(?: \w+){0,2}
    (?:en içten )?saygılar(?:ımla|ımızla)? | sevgiler(?:imle|le)? | selamlar | hürmetlerimle | (?:en iyi )?dileklerimle
    مع (?:(?:خالص|أطيب|فائق|وافر|أصدق|كل) )?(?:التحية|التحيات|تحياتي|الود|المودة|المحبة|التمنيات|الاحترام|التقدير)
    مع (?:جزيل )?الشكر(?: والتقدير)? | وتفضلوا بقبول .{0,40} | تفضلوا بقبول .{0,40} | (?:مع )?تحياتي | المخلصة? | أخوكم
    والسلام(?: عليكم.{0,30})? | با (?:احترام|سپاس|تشکر|مهر|درود)(?: .{0,20})? | ارادتمند(?: شما)? | دوستدار(?: شما)?
    قربانت | (?:خواهر|برادر|مادر|پدر)ت | آپ (?:کا|کی) \S+
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
    (?:a|an|the) (?:review|report|story|essay|talk|poem|article|lecture) by | (?:a )?(?:poem|song|ballad|verses) by
    (?:ein )?(?:gedicht|lied) von | poème de | paroles de | poema de | versos de | سروده | سرودهٔ | سرودۀ | شعر از
    متن از | بقلم | كتبتها? | كتبها? | تأليف | إعداد | حاور(?:ه|ها|ته|تها)? | أجر(?:ى|ت) (?:الحوار|المقابلة) | حوار
    به قلم | نوشته | نوشتهٔ | نوشتۀ | گزارش از | گفت‌وگو از | propos recueillis par | rédigé par | écrit par | texte de
    verfasst von | aufgezeichnet von | ein (?:bericht|text|gespräch|beitrag) von | escrito por | texto de
    entrevista de | redactado por | беседовала? | записала? | написала?
""")
"""What comes before a name, with or without a colon."""

SHORT_BY = any_of("von | par | por")
"""The same, but these words begin many other lines too."""

AUTHOR = any_of(r"""
    authors? | writer | creator | written by | prepared by | minutes taken by | autor(?:in|es|as|en|a)?
    auteur(?:e|s|es)? | autrice | rédacteur | verfasser(?:in)? | escritora? | автор(?:ы|ша)? | составитель | söyleşi
    röportaj | yazan | yazar(?:lar|ı)? | hazırlayan | kaleme alan | كتبت? | شعر | حاور(?:ه|ها|ته|تها)?
    أجر(?:ى|ت) (?:الحوار|المقابلة) | şiir | стихи | versos | poem | gedicht | الكاتبة? | المؤلفة? | كاتب المقال
    المحررة? | إعداد | بقلم | تأليف | نویسنده | نویسندگان | نگارنده | گردآورنده | گزارشگر | شاعر | الشاعرة?
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
    konu | başlık | الموضوع | موضوع | عنوان المقال | العنوان | عنوان
""")

OWN_DATE = any_of(r"""
    date | dated | sent | published(?: on| at)? | posted(?: on)? | written(?: on)? | publication date | date published
    date of (?:the )?(?:letter|meeting|report|interview|recording|statement|publication|issue)
    (?:interview|recording|meeting) date | recorded(?: on)? | interviewed(?: on)? | aufgenommen am
    datum (?:des gesprächs|der sitzung|der aufnahme|des interviews)
    date (?:de l'entretien|de la séance|de l'enregistrement|de publication|de parution) | enregistré le
    fecha de (?:la )?(?:entrevista|reunión|carta|grabación|publicación|sesión)
    дата (?:интервью|беседы|записи|заседания|собрания|письма) | (?:görüşme|toplantı|kayıt|mektup) tarihi
    تاريخ (?:المقابلة|الاجتماع|التسجيل|اللقاء|الحوار|الرسالة|الجلسة) | تاریخ (?:مصاحبه|جلسه|گفت‌وگو|نامه|ضبط) | datum
    gesendet | veröffentlicht(?: am)? | erschienen(?: am)? | geschrieben am | envoyé(?: le)? | publiée?(?: le)?
    mise? en ligne le | écrit le | fecha | enviado(?: el)? | publicado(?: el)? | escrito el | дата | отправлено
    опубликовано | дата публикации | написано | tarihi? | gönderme tarihi | yayın(?:lanma)? tarihi | gönderildi
    yayımlandı | التاريخ | تاريخ النشر | نشرت? في | نُشر في | كتبت? في | أرسلت? في | حررت? في | تاریخ | تاریخ انتشار
    تاریخ نگارش
""")
"""The label of the day on which a text was written, sent or published."""

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
