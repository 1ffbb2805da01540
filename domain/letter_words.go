package domain

// letterWords is what letters of one kind say. Facts stand in the body as %s, in their order.
type letterWords struct {
	subject, body words
	where         string // the route that takes the code
	unexpected    bool   // somebody may get it who asked for nothing
}

var letters = map[LetterKind]letterWords{
	LetterConfirmEmail: {
		subject: words{
			"Электрондық пошта мекенжайыңызды растаңыз", "Подтвердите адрес электронной почты", "Confirm your e-mail address"},
		body: words{
			"Осы мекенжаймен Kopir жүйесінде тіркелгі жасалды. Егер оны сіз жасасаңыз, мекенжайды растаңыз. Егер сіз жасамасаңыз, растамаңыз: расталмаған тіркелгі жеті күннен кейін жойылады.",
			"С этим адресом в Kopir создана учётная запись. Если её создали вы, подтвердите адрес. Если не вы, не подтверждайте: неподтверждённая учётная запись удаляется через семь дней.",
			"An account was made in Kopir with this address. If it was you who made it, confirm the address. If it was not, do not: an account that is not confirmed is deleted after seven days."},
		where: "POST /v1/auth/confirm-email",
	},
	LetterAddressKnown: {
		subject: words{
			"Бұл мекенжаймен тіркелгі бұрыннан бар", "С этим адресом уже есть учётная запись", "There is an account with this address already"},
		body: words{
			"Біреу, мүмкін сіз өзіңіз, осы мекенжаймен Kopir жүйесіне тіркелмек болды. Бұл мекенжаймен тіркелгі бұрыннан бар, онда ештеңе өзгерген жоқ: сол тіркелгіге кіріңіз. Құпиясөзді ұмытсаңыз, жаңасын сұраңыз.",
			"Кто-то, возможно вы сами, пытался зарегистрироваться в Kopir с этим адресом. Учётная запись с ним уже есть, и в ней ничего не изменилось: войдите в неё. Если вы забыли пароль, запросите новый.",
			"Somebody, perhaps you, tried to register in Kopir with this address. There is an account with it already, and nothing of it has changed: log in. If you have forgotten the password, ask for a new one."},
		unexpected: true,
	},
	LetterResetPassword: {
		subject: words{
			"Жаңа құпиясөз қойыңыз", "Задайте новый пароль", "Set a new password"},
		body: words{
			"Kopir жүйесіндегі тіркелгіңіз үшін жаңа құпиясөз сұралды. Оны қойғанда барлық сеанс аяқталады.",
			"Для вашей учётной записи в Kopir запрошен новый пароль. Когда вы его зададите, все сеансы завершатся.",
			"A new password was asked for, for your Kopir account. When you set it, all sessions end."},
		where:      "POST /v1/auth/reset-password/confirm",
		unexpected: true,
	},
	LetterNoAccount: {
		subject: words{
			"Бұл мекенжаймен тіркелгі жоқ", "С этим адресом нет учётной записи", "There is no account with this address"},
		body: words{
			"Біреу, мүмкін сіз өзіңіз, Kopir жүйесінде осы мекенжай үшін жаңа құпиясөз сұрады, бірақ мұндай тіркелгі жоқ. Бәлкім, басқа мекенжаймен тіркелген боларсыз.",
			"Кто-то, возможно вы сами, запросил новый пароль в Kopir для этого адреса, но такой учётной записи нет. Возможно, вы регистрировались с другим адресом.",
			"Somebody, perhaps you, asked for a new password in Kopir for this address, but there is no such account. Perhaps you registered with another address."},
		unexpected: true,
	},
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
	LetterSecondFactorOn: {
		subject: words{
			"Екінші фактор қосылды", "Второй фактор включён", "Your second factor was turned on"},
		body: words{
			"Kopir жүйесіндегі тіркелгіңізде екінші фактор қосылды: енді кіру үшін құпиясөзбен бірге бір реттік код та керек. Егер мұны сіз жасамасаңыз, құпиясөзді дереу қалпына келтіріп, қызмет әкімшісіне хабарлаңыз.",
			"В вашей учётной записи в Kopir включён второй фактор: теперь для входа вместе с паролем нужен одноразовый код. Если это сделали не вы, немедленно восстановите пароль и сообщите администратору сервиса.",
			"The second factor of your Kopir account was turned on: logging in takes a one-time code besides the password now. If this was not you, reset your password at once and tell the administrator of the service."},
	},
	LetterSecondFactorOff: {
		subject: words{
			"Екінші фактор өшірілді", "Второй фактор выключен", "Your second factor was turned off"},
		body: words{
			"Kopir жүйесіндегі тіркелгіңізде екінші фактор өшірілді: енді кіру үшін құпиясөздің өзі жеткілікті. Егер мұны сіз жасамасаңыз, құпиясөзді дереу қалпына келтіріңіз.",
			"В вашей учётной записи в Kopir выключен второй фактор: теперь для входа достаточно пароля. Если это сделали не вы, немедленно восстановите пароль.",
			"The second factor of your Kopir account was turned off: the password alone is enough to log in now. If this was not you, reset your password at once."},
	},
	LetterHidden: {
		subject: words{
			"Жарияланымыңыз жасырылды", "Ваша публикация скрыта", "What you published has been hidden"},
		body: words{
			"Әкімші «%s» (%s) жарияланымын жасырды. Себебі: %s\n\nЕнді оны тек ұйым мүшелері көреді. Сіз оны түзете аласыз, ал қайта көрсетуді тек әкімші жасай алады.",
			"Администратор скрыл «%s» (%s). Причина: %s\n\nТеперь это видят только участники организации. Вы можете внести исправления, а снова показать это может только администратор.",
			"An administrator has hidden “%s” (%s). Reason: %s\n\nOnly members of the organisation see it now. You can change it; only an administrator can show it again."},
	},
	LetterRestored: {
		subject: words{
			"Жарияланымыңыз қалпына келтірілді", "Ваша публикация восстановлена", "What was hidden has been restored"},
		body: words{
			"Әкімші «%s» (%s) жарияланымын қалпына келтірді: ол бұрынғыдай. Себебі: %s",
			"Администратор восстановил «%s» (%s): всё как прежде. Причина: %s",
			"An administrator has restored “%s” (%s): it is as it was. Reason: %s"},
	},
	LetterReportHidden: {
		subject: reportDone,
		body: words{
			"«%s» туралы хабарлағаныңызға рақмет. Әкімші оны жасырды. Себебі: %s",
			"Спасибо, что сообщили о «%s». Администратор скрыл это. Причина: %s",
			"Thank you for reporting “%s”. An administrator has hidden it. Reason: %s"},
	},
	LetterReportNoAction: {
		subject: reportDone,
		body: words{
			"«%s» туралы хабарлағаныңызға рақмет. Әкімші оны қарап шығып, өзгеріссіз қалдырды. Себебі: %s",
			"Спасибо, что сообщили о «%s». Администратор проверил это и оставил как есть. Причина: %s",
			"Thank you for reporting “%s”. An administrator has looked at it and left it as it is. Reason: %s"},
	},
	LetterReportDeleted: {
		subject: reportDone,
		body: words{
			"«%s» туралы хабарлағаныңызға рақмет. Оны иесі жойды.",
			"Спасибо, что сообщили о «%s». Владелец удалил это.",
			"Thank you for reporting “%s”. Its owner has deleted it."},
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
	LetterProposalApproved: {
		subject: words{
			"Ұсынысыңыз қабылданды", "Ваше предложение принято", "Your proposal was approved"},
		body: words{
			"Құзыреттер анықтамалығына енгізуді ұсынғаныңыз енгізілді: %s.\nНегіздемесі: %s",
			"То, что вы предложили для справочника компетенций, в него внесено: %s.\nОбоснование: %s",
			"What you proposed for the catalogue of competences is in it now: %s.\nThe reason: %s"},
	},
	LetterProposalRejected: {
		subject: words{
			"Ұсынысыңыз қабылданбады", "Ваше предложение отклонено", "Your proposal was rejected"},
		body: words{
			"Құзыреттер анықтамалығына енгізуді ұсынғаныңыз қабылданбады: %s.\nСебебі: %s",
			"То, что вы предложили для справочника компетенций, в него не вошло: %s.\nПричина: %s",
			"What you proposed for the catalogue of competences was not taken into it: %s.\nThe reason: %s"},
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

// reportDone is the subject of every letter to whoever reported.
var reportDone = words{"Шағымыңыз қаралды", "Ваша жалоба рассмотрена", "Your report has been dealt with"}

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
