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
