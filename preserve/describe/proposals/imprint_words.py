"""The words by which a text names who published it and where it came from.

As in ``line_words``: pieces of regular expressions for small letters.
"""

from __future__ import annotations

from preserve.describe.proposals.line_words import any_of

PUBLISHER = any_of(r"""
    publisher(?:s|'s)? | published by | publishing house | imprint | issued by | issuing body | organi[sz]ation
    verlag | verleger | herausgeber(?:in)? | éditeur | édité par | publié par | maison d'édition | organisme
    editorial | editora | editor responsable | edita | publica | publicado por | editado por | organización | entidad
    editore | pubblicato da | uitgever | uitgeverij | uitgegeven door | издательство | издатель | изд-во | издано
    организация | выпущено | yayınevi | yayıncı | yayımlayan | yayınlayan | yayımcı | basım ve yayın | kurum | الناشر
    ناشر | دار النشر | جهة النشر | جهة الإصدار | صادر عن | صادرة عن | نشر | إصدار | المؤسسة | انتشارات
    موسسه انتشاراتی | بنگاه انتشارات | صاحب امتیاز
""")
"""The label of a line that names the publisher."""

ISSUED_BY = any_of(r"""
    (?:printed and |first |originally |re|self-)?published (?:for the .{3,60} |in \d{4} |and printed )?by | issued by
    (?:privately )?printed for | released by | brought out by | a publication of | an? \w+ publication of
    herausgegeben (?:von|vom) | erschienen (?:im|bei|beim) | verlegt (?:von|bei) | im verlag | im selbstverlag
    publié(?:e|es|s)? (?:par|chez|aux) | édité(?:e|es|s)? (?:par|chez|aux) | paru(?:e|es|s)? (?:chez|aux)
    publicad[oa]s? por | editad[oa]s? por | publicación de | una publicación de | pubblicato da | publicado pela
    uitgegeven door | издано? | выпущено | опубликовано (?:в|издательством) | صادر(?:ة)? عن | نشرته | نشرتها | أصدرته
    أصدرتها | منشورات | از انتشارات | ناشر
""")
"""Begins a line that names the publisher without a colon."""

PRINTER = any_of(r"""
    printed by | printer | print(?:ed)? at | druck(?:erei)? | gedruckt (?:bei|von) | imprimeur | imprimé (?:par|chez)
    imprenta | impreso (?:por|en) | impresor | типография | отпечатано | matbaa | basımevi | baskı | المطبعة | مطبعة
    طباعة | طبع | چاپخانه | چاپ
""")
"""Names who printed it, which is another trade."""

NEWSPAPER = any_of(r"""
    gazette | news | courier | times | herald | chronicle | tribune | journal | newspaper | observer | mercury | argus
    post | advertiser | daily | weekly | quarterly | review | magazine | examiner | sentinel | echo | standard
    guardian | messenger | intelligencer | telegraph | voice | zeitung | anzeiger | tageblatt | wochenblatt | kurier
    bote | rundschau | nachrichten | tagblatt | landbote | monatsschrift | zeitschrift | l'écho | écho | courrier
    la voix | le journal | dépêche | moniteur | progrès | revue | petit \w+ | nouvelles | diario | gaceta | la voz
    el correo | el heraldo | periódico | revista | semanario | el eco | noticiero | boletín | газета | вестник
    известия | правда | ведомости | листок | журнал | голос | труд | gazetesi | gazete | postası | sesi | haber
    dergisi | dergi | mecmuası | جريدة | صحيفة | مجلة | نشرة | روزنامهٔ? | مجلهٔ? | هفته‌نامهٔ? | ماهنامهٔ? | نشریهٔ?
    روزنامه | اخبار
""")
"""Part of the name of a paper or a periodical."""

PRESS = any_of(r"""
    press | publishers | publishing(?: house| company)? | books | publications | editions | imprint | verlag
    verlagshaus | éditions? | presses? | librairie | editorial | ediciones | editora | edizioni | uitgeverij
    издательство | изд-во | yayınevi | yayınları | yayıncılık | kitabevi | دار .{2,40} للنشر(?: والتوزيع)?
    دار النشر .{2,40} | منشورات | مؤسسة .{2,40} للنشر | انتشارات | نشر | بنگاه
""")
"""Part of the name of a publishing house."""

ORGANISATION = any_of(r"""
    council | society | league | association | union | institute | university | museum | archives? | library | project
    committee | foundation | trust | office | ministry | department | company | co\. | ltd\.? | inc\.? | llc | & sons
    club | centre | center | school | college | academy | commission | agency | group | network | party | church
    guild | bureau | federation | congress | movement | board | authority | service | press | publications | news
    verein | verband | gesellschaft | gmbh | stiftung | institut | universität | archiv | amt | ministerium | gemeinde
    verlag | bund | partei | kammer | rat | e\. ?v\.? | société | université | musée | archives | mairie | ministère
    fondation | syndicat | comité | éditions | cercle | fédération | commune | préfecture | sociedad | asociación
    instituto | universidad | museo | archivo | ayuntamiento | ministerio | fundación | sindicato | editorial
    federación | biblioteca | общество | союз | институт | университет | музей | архив | министерство | фонд | комитет
    совет | издательство | товарищество | библиотека | партия | управление | derneği | vakfı | enstitüsü | üniversitesi
    müzesi | arşivi | belediyesi | bakanlığı | yayınevi | yayınları | sendikası | kurumu | birliği | partisi | odası
    جمعية | مؤسسة | معهد | جامعة | متحف | أرشيف | وزارة | بلدية | اتحاد | نقابة | لجنة | حزب | دار | مركز | شركة | هيئة
    انجمن | موسسه | مؤسسه | دانشگاه | موزه | بایگانی | وزارت | شهرداری | بنیاد | سازمان | انتشارات | کانون | مرکز
""")
"""Part of the name of an organisation."""

SOURCE = any_of(r"""
    source | source url | original source | original url | url | web ?address | web ?page | permalink | link
    retrieved from | (?:retrieved|accessed|downloaded|copied|taken) (?:.{3,30} )?(?:from|at)
    available (?:online )?(?:from|at) | originally (?:published|posted|appeared) (?:at|on|in) | online at
    published at | posted at | saved from | quelle | originalquelle | abgerufen (?:von|unter)
    online(?: verfügbar)? unter | verfügbar unter | internetadresse | fundstelle | adresse(?: de la page)? | lien
    source originale | consulté sur | disponible (?:sur|à|en) | récupéré de | tiré de | extrait de | fuente | enlace
    recuperado de | tomado de | disponible en | dirección | publicado en | источник | ссылка | адрес(?: страницы)?
    режим доступа | взято с | взято из | оригинал | опубликовано на | kaynak | bağlantı | erişim adresi
    alındığı (?:adres|yer|sayfa) | alıntı | özgün adres | المصدر | مصدر | الرابط | رابط(?: المقال| النص| الصفحة)?
    نقلا عن | نقلًا عن | عن موقع | منقول(?: عن| من)? | الموقع | منبع | پیوند | لینک | نشانی(?: صفحه)? | برگرفته از
    به نقل از | آدرس | منشا | fonte | bron
""")
"""Comes before the address that a text was taken from."""

GROUP = any_of(r"""
    committee | league | party | union | brigade | tendency | fraction | collective | council | assembly | movement
    group | association | society | front | federation | bureau | secretariat | workers | students | tenants
    residents | friends | komitee | \w*ausschuss | bund | partei | gewerkschaft | \w*verein | \w*initiative | gruppe
    kollektiv | bewegung | comité | ligue | parti | syndicat | collectif | mouvement | assemblée | groupe | liga
    partido | sindicato | colectivo | movimiento | asamblea | grupo | frente | комитет | союз | партия | лига | группа
    совет | движение | бригада | фронт | komitesi | birliği | partisi | sendikası | kolektifi | hareketi | derneği
    meclisi | grubu | لجنة | اللجنة | رابطة | حزب | الحزب | اتحاد | نقابة | تيار | التيار | حركة | جبهة | مجلس | هيئة
    تنسيقية | أصدقاء | سكان | عمال | طلاب | کمیتهٔ? | اتحادیهٔ? | جبههٔ? | سازمان | کانون | شورای | جنبش | انجمن
""")
"""Part of the name of a group that speaks for itself."""
