"""Texts written for the pairs: each of them one document, none of them from anywhere else."""

ENGLISH = """The bell of the lower school

When the lower school was closed in the spring, nobody thought of the bell. It hung in its wooden frame above
the gate, green with age, and the rope had been cut off years before so that children could not pull it at
night.

The caretaker, a careful man who had worked there since the war, wrote to the council that the frame was
rotten and that the bell would come down by itself one day. The council answered that the matter belonged to
the parish, and the parish answered that a school bell was no church bell. So the letters went to and fro
through one whole summer while the swallows nested under the frame.

In the end it was the smith who settled the question. He came with two of his sons and a hay cart, lowered the
bell on a chain, and carried it to the hall of the fire brigade, where it hangs to this day. He never sent a
bill. Asked about it he only said that he had been late for school more often than anybody else, and owed the
bell something.
"""

LETTER = """Dear cousin,

thank you for the parcel with the seeds. The beans have come up well along the south wall, and the children
water them every evening without being told. Of the two apple trees that you grafted for us the smaller one
has taken; the other was broken by the goat, which is my own fault, because I left the gate open when the
doctor came.

Father is better. He walks as far as the bridge and sits there with the old ferryman, and they quarrel about
the winter of the great ice as if it had been last year. The doctor says that he may have a little wine again,
and he takes this for a prescription.

Write to me whether you will come for the harvest. We can fetch you from the station with the cart, if you
tell us the train. Bring the blue book with the songs, for nobody here remembers the third verse of the one
about the miller.
"""

FRENCH = """Le jardin de la vieille poste

Derrière la vieille poste il y avait un jardin que personne ne cultivait plus. Les habitants y jetaient ce
dont ils ne voulaient pas : des pots cassés, une charrette sans roues, l’enseigne d’un café disparu. Au
printemps, pourtant, les lilas fleurissaient au milieu de ces débris, et l’on venait en couper des branches
pour l’église.

Quand le facteur prit sa retraite, il demanda au maire la permission d’y mettre de l’ordre. Il y travailla
deux hivers, seul d’abord, puis avec les élèves de l’école, qui apprirent ainsi à tailler les rosiers et à
reconnaître les oiseaux. Ce qu’ils trouvèrent sous les ronces est exposé aujourd’hui à la mairie : une cloche,
trois fers à cheval, et une boîte de lettres que l’on n’avait jamais distribuées.

Ces lettres furent enfin portées à leurs destinataires, ou à leurs enfants. Une seule resta sans adresse
lisible ; elle est toujours dans la vitrine, fermée, comme le facteur l’avait voulu.
"""

GERMAN = """Von der Brücke am Mühlgraben

Über den Mühlgraben führte früher nur ein Brett, und wer es bei Nacht überquerte, tat gut daran, nüchtern zu
sein. Der Müller hatte mehrmals versprochen, ein Geländer anzubringen, aber sein Versprechen hielt so lange
wie das Eis im März.

Erst als der Bürgermeister selbst ins Wasser gefallen war, mitsamt seinem Hut und der Kasse des Gesangvereins,
beschloss die Gemeinde den Bau einer Brücke. Die Steine holte man aus dem verlassenen Bruch hinter dem
Friedhof; jeder Hof stellte ein Fuhrwerk für drei Tage. Die Frauen kochten in der Scheune, und die Kinder
trugen das Wasser für den Mörtel.

Die Kasse wurde nie gefunden. Wenn der Graben im Sommer wenig Wasser führt, suchen die Buben noch immer
danach, und der Gesangverein hat den Beitrag bis heute nicht erhöht, weil man, wie es heißt, ja noch Vermögen
im Mühlgraben habe.
"""

RUSSIAN = """О старой пристани

Старая пристань стояла ниже нынешней, у самого поворота реки, где весной всегда скапливался лёд. Каждый год её
ломало, и каждый год её чинили те же люди: два брата плотника и их дядя, который только сидел на бревне и
давал советы.

Когда построили железную дорогу, пароходы стали приходить реже, а потом и вовсе перестали. Доски разобрали на
сараи, но сваи остались, и мальчишки ныряли с них до тех пор, пока одна не переломилась. Тогда учитель велел
обвязать остальные красной тряпкой, чтобы никто не забывал, что дерево тоже стареет.

Теперь там растёт ива. Говорят, что она выросла из колышка, который дядя вбил в берег, чтобы привязывать
лодку, и что он до последнего дня уверял всех, будто посадил её нарочно.
"""

ARABIC = """حكاية البئر القديمة

كان في وسط القرية بئر قديمة يشرب منها الناس والدواب، وكانت النساء يجتمعن حولها كل مساء ويتبادلن الأخبار. ولما
جاءت الأنابيب إلى البيوت ترك الناس البئر شيئا فشيئا، حتى غطاها التراب ولم يبق من سورها إلا ثلاثة أحجار.

وفي سنة من سنوات الجفاف انقطع الماء عن الأنابيب أياما طويلة، فتذكر شيخ من شيوخ القرية مكان البئر، وخرج مع
أولاده وجيرانه ومعهم الفؤوس والحبال. حفروا من الصباح إلى المغرب، فلما بلغوا الحجر الأسود الذي كان علامة القاع
سمعوا صوت الماء قبل أن يروه.

ومنذ ذلك اليوم اتفق أهل القرية على أن ينظفوا البئر في كل ربيع، وأن يعلموا أولادهم كيف يصنع الحبل والدلو، لأن
الماء كما قال الشيخ ينسى من ينساه ويعرف من يعرفه.
"""

PERSIAN = """داستان پل چوبی

روی رودخانه‌ای که از میان روستا می‌گذشت پلی چوبی بود که هر بهار سیلاب آن را می‌برد و هر تابستان مردم آن را از
نو می‌ساختند. پیرمردی که کنار پل خانه داشت همیشه می‌گفت که پل خوب آن است که بداند کی باید برود.

یک سال مهندسی از شهر آمد و پلی از سنگ و آهن ساخت که هیچ سیلی آن را تکان نداد. اما وقتی آب بالا آمد، چون راهی
برای گذشتن نداشت، از دو سوی پل به باغ‌ها ریخت و دیوار چند خانه را خراب کرد.

از آن پس مردم در کنار پل تازه یک گذرگاه کوچک چوبی هم نگه داشتند و هر بهار آن را با دست خودشان باز می‌کنند تا
آب راه خود را پیدا کند. کودکان روستا این روز را جشن می‌گیرند و اسم پیرمرد را بر آن گذاشته‌اند.
"""

TURKISH = """Değirmen taşının hikâyesi

Köyün girişinde yatan büyük değirmen taşını kimin getirdiğini artık kimse bilmez. Yaşlılar, taşın öküz
arabasıyla üç günde dağdan indirildiğini, yolda iki tekerleğin kırıldığını anlatırlar. Değirmenci taşı
beğenmemiş, çünkü damarı çok yumuşakmış.

Böylece taş olduğu yerde kalmış. Önce çocuklar üzerine çıkıp oynamış, sonra kadınlar üzerinde çamaşır dövmüş,
daha sonra da muhtar bayramlarda konuşmasını oradan yapmış. Yol genişletilirken mühendis taşı kaldırmak
istemiş, ama hiçbir makine onu yerinden oynatamamış; yol da taşın çevresinden geçirilmiş.

Bugün otobüs tam orada durur. Şoförler durağın adını bilmez, yalnızca taşta inecek var mı diye sorar.
"""

SPANISH = """La campana de la aldea

La campana de la aldea se rajó una noche de enero, y desde entonces sonaba como una olla. El cura quiso
fundirla de nuevo, pero el dinero que se había reunido se gastó en el tejado, y el tejado, decían los vecinos,
era más urgente que la música.

Pasaron los años y la gente se acostumbró. Los niños nacidos después creían que todas las campanas sonaban
así, y cuando alguno iba por primera vez a la ciudad volvía diciendo que allí las campanas estaban
estropeadas. Un organista que pasó por el pueblo anotó aquel sonido en un cuaderno y lo usó más tarde en una
misa.

Cuando por fin llegó la campana nueva, regalo de un emigrante, el concejo decidió colgarla junto a la vieja.
La nueva toca los domingos; la vieja, los días de mercado, porque su voz se oye mejor entre los animales.
"""

CHINESE = """老桥的故事

村口有一座石桥，没有人知道它是什么时候修的。老人们说，从前这里只有一条木板，下雨天谁也不敢走过去。后来来了一个石匠，他在河边住了三年，每天从山上背一块石头下来，
终于把桥修好了。桥修好的那一天，全村的人都来看，石匠却已经走了，连名字也没有留下。每年春天，孩子们都要到桥上放一盏小灯，感谢那个不知道名字的人。
"""

POEM = """The ferryman's evening

The reeds bend low, the rooks fly home,
the water takes the light away;
and over, over goes the boat,
and over at the close of day.

A widow comes with half a loaf,
a soldier who has lost his way;
and over, over goes the boat,
and over at the close of day.

A child that wants to see the town,
a dog that has no fare to pay;
and over, over goes the boat,
and over at the close of day.
"""

OTHER_POEM = """The ferryman's morning

The mist lies white upon the bank,
the first bell calls the town to pray;
and over, over goes the boat,
and over at the break of day.

A baker's boy with burning hands,
a bride with blossoms for the way;
and over, over goes the boat,
and over at the break of day.

The priest who slept, the cow that strayed,
the fiddler who forgot to play;
and over, over goes the boat,
and over at the break of day.
"""

TRANSLATION = """The garden of the old post office

Behind the old post office there was a garden that nobody looked after any more. The people threw into it what
they did not want: broken pots, a cart without wheels, the sign of a café that was gone. In spring, though,
the lilacs flowered among all this, and people came to cut branches for the church.

When the postman retired he asked the mayor for leave to put it in order. He worked there for two winters,
alone at first, then with the pupils of the school, who learnt in this way to prune roses and to tell the
birds apart. What they found under the brambles can be seen in the town hall: a bell, three horseshoes, and a
box of letters that had never been delivered.
"""

BOOKS = """The reading room of the district library has the honour of reminding {who} that the following
books, borrowed on {day}, should have been returned by now: {books}. Readers who have not finished a book may
ask for more time at the desk, in writing or by telephone, unless somebody else is waiting for it. For each
week that a book is late a fee of {fee} is asked, which goes to the fund for bindings. Books that were lost or
damaged are to be paid for or replaced by a copy of the same edition. The library is open every day but Sunday
from nine to six, and on Thursdays until eight. The staff thank all readers who treat the books as if others
were to read them after them, which is indeed the case.
"""

CIRCULAR = """Dear {who},

the choir will meet again after the summer in the large hall of the school, because the parish house is being
repaired until the end of the year. Please bring the green book and something to write with. Those who cannot
come every week are asked to tell the conductor in good time, so that the voices remain balanced; we have had
enough evenings with nine sopranos and one bass who was moreover in a hurry.

New singers are welcome, above all low ones. Nobody has to read music, but everybody has to be quiet while the
others practise. Afterwards there will be tea, and whoever bakes a cake need not wash up.

With kind regards,
the committee
"""

FORM = """Application for the use of the boathouse. Name of the applicant: {name}. Address: {address}.
Purpose of the use: {purpose}. Number of persons: {number}. Date and time: {time}. The applicant declares that
he has read the rules of the boathouse, that he will leave the rooms as he found them, that no fire will be
lit on the landing stage, and that he answers for all damage that is done by himself or by his guests. The key
is to be fetched from the harbour master on the day before, and to be returned on the morning after. The fee
is to be paid in advance at the desk of the town hall. Remarks of the office: {remarks}. Signature of the
applicant. Signature of the harbour master.
"""

MINUTES = """Minutes of the committee for the town museum

The chairwoman opens the meeting and welcomes the members. The minutes of the last meeting are approved
without changes. The treasurer reports on the accounts and thanks all those who have given.

{body}

There is no other business. The chairwoman thanks the members and closes the meeting. The next meeting will be
held in the small hall, as usual on the first Tuesday of the month.
"""

MINUTES_ROOF = """The builder has looked at the roof over the east room. Two beams must be replaced before
winter, and the tiles on the north side are no longer to be had; the committee asks the brickyard whether it
can make four hundred after the old pattern. Until then the paintings are moved to the cellar, which is dry
since the drain was cleared. Mrs Alder offers her barn for the sledges and the fire engine."""

MINUTES_SCHOOL = """The headmaster suggests that the upper forms should come once a month to draw in the
collection. The members are in favour, if the cases remain locked and the stuffed owl is not touched again. Mr
Brook will prepare a leaflet about the tools of the coopers. The question of admission for pupils from outside
the town is put off until the school has been asked how many there would be."""

BULLETIN = """Weather bulletin of the station on the pass for {day}. In the morning {morning}, in the
afternoon {afternoon}. Wind from the {wind}, temperature at noon {noon} degrees, in the night {night} degrees.
The road over the pass is open for vehicles with chains; the upper road remains closed until further notice
because of the danger of falling stones. Hikers are asked to sign the book at the station before they set out
and again when they have come down. The next bulletin will be given out tomorrow at seven, and at any time if
the weather should change in a way that was not foreseen."""

SERIES = """Letters from the kitchen garden, the {number} of twelve. This is a series of letters about what
grows in a small garden in the north. Today I write about {plant}. The soil is dug over in autumn and left to
the frost; in spring it is raked, and the {plant} are put in as soon as the nights are mild. Water them in the
evening and never at noon. I do not know anybody who has regretted growing {plant}, unless it was for a
neighbour's hens. If you have questions, write to the editor, who will pass them on. The next letter will
follow in a month."""

RECEIPT = """سند قبض. استلمت أنا أمين صندوق الجمعية من السيد {name} مبلغا قدره {amount} قرشا، وذلك قيمة
اشتراكه السنوي في مكتبة الجمعية، ويحق له بموجب هذا السند أن يستعير كتابين في كل شهر، على أن يعيدهما سليمين في
الموعد المحدد، وأن يحضر الاجتماع العام الذي يعقد في أول يوم من أيام الربيع في قاعة المدرسة، ولا يعتبر هذا
السند صالحا إلا إذا كان مختوما بختم الجمعية وموقعا من أمين الصندوق ومن الكاتب، ومن أضاع سنده فعليه أن يبلغ
المكتبة."""

CERTIFICATE = """Свидетельство. Дано сие ученику приходской школы по имени {name} в том, что он в {year} году
окончил полный курс учения, оказав в чтении, письме и счёте хорошие успехи, в пении достаточные, а в поведении
отличные, почему совет школы и постановил выдать ему настоящее свидетельство с приложением печати. При
оставлении школы ученик вернул все книги, взятые им из библиотеки, и никаких долгов за ним не числится, в чём
и подписались учитель, законоучитель и попечитель школы, каждый собственной рукою, в присутствии родителей и
остальных учеников."""

RECIPE = """Jam of {fruit}s, as my grandmother made it. Wash the {fruit}s, cut them into halves and take out
the stones or cores. Put them into the large pan with {sugar} of sugar for every pound and leave them in the
cellar over night, covered with a cloth. On the next day bring them slowly to the boil and let them simmer for
{time}, stirring with a wooden spoon that has never been near an onion. Take off the foam and give it to the
children. When a drop on a cold plate no longer runs, fill the jam into warm jars, cover it with paper dipped
in brandy, and write the year on the lid."""

INVITATION = """{who} will be a year older on Saturday and would be glad to see you. We meet at the boathouse
at three. There will be games on the meadow, and if it rains there will be the same games in the barn. Please
bring dry socks and something that can be shared. Those who come by train are met at the station; the last one
back leaves at nine. Presents are not expected, but a song or a poem would be welcome, and so would a helping
hand with the dishes when everybody has eaten."""

SECOND_LETTER = """the snow has come early, and the road to the mill was closed for a week. We have wood
enough, and the children are learning to knit because there is nothing else to do. The cat has had her kittens
in father's hat, and nobody dares to ask for it back.

Tell my aunt that her letter arrived, though wet through, so that we could read only the beginning and the
end. What stood in between must have been important, for there was much of it. She may write it again in
spring."""

CONTENTS = """Contents of the {season} number. From the editor. Letters to the editor. News of the society.
The walk along the old canal. Birds of the {season}. A visit to the paper mill. How to mend a net. The story
of the month. For our young readers. The recipe. Answers to the riddles of the last number. New riddles. Books
received. Members who have joined us. Members who have left us. Dates of the coming {season}. The treasurer
writes. Small advertisements. Where to find us. How to become a member. Imprint."""

SUMMARY = """When a village school was closed, its bell was left hanging in a rotten frame, and council and
parish could not agree who had to take it down. The story tells how the local smith put an end to their
exchange of letters by fetching the bell with his sons and a cart. It has been in the hall of the fire brigade
ever since. He asked for no money; he felt that he owed something to a bell for which he had so often come too
late."""
