package domain

// letterWords is what letters of one kind say. Facts stand in the body as %s, in their order.
type letterWords struct {
	subject, body words
	where         string // the route that takes the code
	unexpected    bool   // somebody may get it who asked for nothing
}

var letters = map[LetterKind]letterWords{
	LetterPasswordChanged: {
		subject: words{
			"Құпиясөзіңіз өзгертілді", "Ваш пароль изменён", "Your password was changed"},
		body: words{
			"Kopir жүйесіндегі тіркелгіңіздің құпиясөзі өзгертілді, басқа сеанстардың бәрі аяқталды. Егер мұны сіз жасамасаңыз, құпиясөзді дереу қалпына келтіріңіз.",
			"Пароль вашей учётной записи в Kopir изменён, все другие сеансы завершены. Если это сделали не вы, немедленно восстановите пароль.",
			"The password of your Kopir account was changed, and all other sessions were ended. If this was not you, reset your password at once."},
	},
	LetterIdentityLinked: {
		subject: words{
			"Тіркелгіңізге кірудің жаңа жолы қосылды", "Добавлен новый способ входа", "A new way to sign in was added"},
		body: words{
			"Енді Kopir жүйесіндегі тіркелгіңізге %s арқылы кіруге болады. Егер мұны сіз жасамасаңыз, дереу құпиясөзді өзгертіп, барлық сеанстарды аяқтаңыз және бұл байланысты жойыңыз.",
			"Теперь в вашу учётную запись в Kopir можно войти через %s. Если это сделали не вы, немедленно смените пароль, завершите все сеансы и удалите эту связь.",
			"Your Kopir account can now be signed in to through %s. If this was not you, change your password, end all sessions and remove this link at once."},
	},
	LetterKeyMade: {
		subject: words{
			"API кілті жасалды", "Создан ключ API", "An API key was made"},
		body: words{
			"%s ұйымы үшін «%s» API кілті жасалды. Ол %s дейін жарамды және осы ұйымның атынан әрекет етеді. Егер мұны ұйым иелерінің ешқайсысы жасамаса, кілттің күшін дереу жойыңыз.",
			"Для организации %s создан ключ API «%s». Он действует до %s и работает от имени этой организации. Если его не создавал никто из владельцев, немедленно отзовите ключ.",
			"For the organisation %s the API key “%s” was made. It is valid until %s and acts for that organisation. If none of the owners made it, revoke it at once."},
	},
	LetterKeyExpires: {
		subject: words{
			"API кілтінің мерзімі аяқталып келеді", "Срок действия ключа API истекает", "An API key is about to expire"},
		body: words{
			"%s ұйымының «%s» API кілті %s дейін ғана жарамды. Оны пайдаланатын жүйе тоқтап қалмауы үшін алдын ала жаңа кілт жасап, ескісінің орнына қойыңыз.",
			"У организации %s ключ API «%s» действует только до %s. Чтобы система, которая им пользуется, не остановилась, заранее создайте новый ключ и поставьте его на место старого.",
			"Of the organisation %s the API key “%s” is valid only until %s. So that the system that uses it does not stop, make a new key before and put it in the place of the old one."},
	},
}

// letterEnds are the paragraphs that letters of several kinds end with.
var letterEnds = struct{ code, link, unexpected, signed words }{
	code: words{
		"Код: %s\nОны %s мекенжайына жіберіңіз. Код %s дейін жарамды.",
		"Код: %s\nОтправьте его на %s. Код действует до %s.",
		"Code: %s\nSend it to %s. The code is valid until %s."},
	link: words{
		"%s\nСілтеме %s дейін жарамды.",
		"%s\nСсылка действует до %s.",
		"%s\nThe link is valid until %s."},
	unexpected: words{
		"Егер бұл сізге қатысты болмаса, ештеңе істемеңіз.",
		"Если вы этого не запрашивали, ничего делать не нужно.",
		"If you did not ask for this, there is nothing you need to do."},
	signed: words{
		"Kopir — АКТ жұмыс берушілері мен білім беру ұйымдары арасындағы көпір\n%s",
		"Kopir — мост между работодателями ИКТ и образованием\n%s",
		"Kopir, the bridge between ICT employers and education\n%s"},
}
