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
	LetterInvitation: {
		subject: words{
			"Kopir жүйесіндегі ұйымға шақыру", "Приглашение в организацию в Kopir", "An invitation to an organisation in Kopir"},
		body: words{
			"Сізді Kopir жүйесіндегі ұйымға қосылуға шақырады: %s. Рөліңіз: %s. Шақыруды осы пошта мекенжайы көрсетілген тіркелгімен ғана қабылдауға болады; тіркелгіңіз болмаса, алдымен тіркеліңіз.",
			"Вас приглашают вступить в организацию в Kopir: %s. Ваша роль: %s. Принять приглашение можно только под учётной записью с этим адресом почты; если её ещё нет, сначала зарегистрируйтесь.",
			"You are invited to join an organisation in Kopir: %s. Your role: %s. Only an account with this e-mail address can accept; if you have none yet, register first."},
		where: "POST /v1/invitations/accept", unexpected: true,
	},
}

// roleWords name the roles of members.
var roleWords = map[MemberRole]words{
	Owner:  {"иесі", "владелец", "owner"},
	Editor: {"редактор", "редактор", "editor"},
	Viewer: {"көрермен", "наблюдатель", "viewer"},
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
