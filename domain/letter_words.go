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
	LetterVerified: {
		subject: words{
			"Ұйымыңыз тексерілді", "Ваша организация проверена", "Your organisation is verified"},
		body: words{
			"Ұйым тексерілді: %s. Енді ол Kopir жүйесінде жариялай алады.",
			"Организация проверена: %s. Теперь она может публиковать в Kopir.",
			"The organisation is verified: %s. It can publish in Kopir now."},
	},
	LetterRejected: {
		subject: words{
			"Ұйымыңыз тексеруден өтпеді", "Ваша организация не прошла проверку", "Your organisation was rejected"},
		body: words{
			"Ұйым тексеруден өтпеді: %s.\nСебебі: %s",
			"Организация не прошла проверку: %s.\nПричина: %s",
			"The organisation was rejected: %s.\nThe reason: %s"},
	},
	LetterClaimGranted: {
		subject: words{
			"Тіркеу нөмірі туралы өтінішіңіз қанағаттандырылды", "Ваша заявка на регистрационный номер удовлетворена", "Your claim to a registration number was granted"},
		body: words{
			"Әкімші тіркеу нөмірі сіздердікі деп шешті. Осы нөмірмен тексерілген ұйым енді сіздердікі: %s. Оның бұрынғы мүшелері шығарылды, ал жобаларыңыз соған көшірілді.\nСебебі: %s",
			"Администратор решил, что регистрационный номер ваш. Проверенная организация с этим номером теперь ваша: %s. Прежние участники из неё исключены, ваши черновики перенесены в неё.\nПричина: %s",
			"The administrator has decided that the registration number is yours. The verified organisation that has it is yours now: %s. Its former members were taken out, and your drafts moved there.\nThe reason: %s"},
	},
	LetterClaimLost: {
		subject: words{
			"Ұйымыңыздың тіркеу нөмірі басқаларға өтті", "Регистрационный номер вашей организации перешёл к другим", "The registration number of your organisation went to others"},
		body: words{
			"Әкімші тіркеу нөмірі басқа адамдарға тиесілі деп шешті. Сіз енді бұл ұйымның мүшесі емессіз: %s.\nСебебі: %s",
			"Администратор решил, что регистрационный номер принадлежит другим людям. Вы больше не состоите в организации: %s.\nПричина: %s",
			"The administrator has decided that the registration number belongs to others. You are no longer a member of the organisation: %s.\nThe reason: %s"},
	},
	LetterClaimRefused: {
		subject: words{
			"Тіркеу нөміріңізге қатысты өтініш қабылданбады", "Заявка на ваш регистрационный номер отклонена", "A claim to your registration number was rejected"},
		body: words{
			"Біреу ұйымыңыздың тіркеу нөмірін өзінікі деп мәлімдеді: %s. Әкімші өтінішті қабылдамады, ештеңе өзгермейді.",
			"Кто-то заявил о праве на регистрационный номер вашей организации: %s. Администратор отклонил заявку, ничего не меняется.",
			"Somebody claimed the registration number of your organisation: %s. The administrator rejected the claim, and nothing changes."},
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
