package domain

import "fmt"

// Code names a reason for ever: clients may depend on it, the words around it may change.
type Code string

// Reason is why something was refused: a code and what it speaks of. It is an error, so parsers can return it.
type Reason struct {
	Code Code
	Args []any
}

// Error returns the reason in English.
func (r Reason) Error() string { return r.In(English) }

// In returns the reason as a sentence in a language: kk, ru or en; English for any other.
func (r Reason) In(lang Language) string {
	t, ok := reasons[r.Code]
	if !ok {
		return string(r.Code)
	}
	return fmt.Sprintf(t.exactly(lang), r.Args...)
}

// Because returns a Reason as an error.
func Because(code Code, args ...any) error { return Reason{Code: code, Args: args} }

// The reasons that rules of the domain give. Each has its sentence in three languages below.
const (
	CodeInvalid             Code = "invalid"
	CodeRequired            Code = "required"
	CodeMalformed           Code = "malformed"
	CodeOutOfRange          Code = "out_of_range"
	CodeTooLong             Code = "too_long"
	CodeTooMany             Code = "too_many"
	CodeUnknownValue        Code = "unknown_value"
	CodeUnknownCompetence   Code = "unknown_competence"
	CodeDuplicate           Code = "duplicate"
	CodeChecksum            Code = "checksum"
	CodePast                Code = "past"
	CodeOrder               Code = "order"
	CodeNoMust              Code = "no_must"
	CodeNoOutcome           Code = "no_outcome"
	CodeRegionNotServed     Code = "region_not_served"
	CodeFreeWithPrice       Code = "free_with_price"
	CodeNotFound            Code = "not_found"
	CodeNotYours            Code = "not_yours"
	CodeAdminsOnly          Code = "admins_only"
	CodeAnalystsOnly        Code = "analysts_only"
	CodeSignIn              Code = "sign_in"
	CodeBadCredentials      Code = "bad_credentials"
	CodeBadRefresh          Code = "bad_refresh_token"
	CodeWrongPassword       Code = "wrong_password"
	CodeNoExternal          Code = "external_not_offered"
	CodeExternalRefused     Code = "external_refused"
	CodeProviderDown        Code = "provider_down"
	CodeRedirectUnlisted    Code = "redirect_not_listed"
	CodeEmailNotVerified    Code = "email_not_verified"
	CodeAccountExists       Code = "account_exists"
	CodeIdentityTaken       Code = "identity_taken"
	CodeIdentityLinked      Code = "identity_linked"
	CodeLastWayIn           Code = "last_way_in"
	CodeBadCode             Code = "bad_code"
	CodeSecondFactor        Code = "second_factor_required"
	CodeFactorOn            Code = "second_factor_on"
	CodeFactorOff           Code = "second_factor_off"
	CodeFactorNotBegun      Code = "second_factor_not_begun"
	CodeTooShortAlone       Code = "too_short_alone"
	CodeEmailNotConfirmed   Code = "email_not_confirmed"
	CodeEmailConfirmed      Code = "email_confirmed"
	CodeStale               Code = "stale"
	CodeNotDraft            Code = "not_draft"
	CodeNotPublished        Code = "not_published"
	CodeFinished            Code = "finished"
	CodeNotVerified         Code = "not_verified"
	CodeNotPending          Code = "not_pending"
	CodeWrongKind           Code = "wrong_organisation_kind"
	CodeRegistrationTaken   Code = "registration_taken"
	CodeCommonPassword      Code = "common_password"
	CodeBadCursor           Code = "bad_cursor"
	CodeIndexLoading        Code = "index_loading"
	CodeKeyReused           Code = "idempotency_key_reused"
	CodeKeyInFlight         Code = "idempotency_key_in_flight"
	CodeControlCharacter    Code = "control_character"
	CodeTooShort            Code = "too_short"
	CodeOrganisationChanged Code = "organisation_fixed"
	CodeExists              Code = "already_exists"
	CodeUnavailable         Code = "unavailable"
	CodeBusy                Code = "busy"
	CodeNotContested        Code = "not_contested"
	CodeClaimOfOtherKind    Code = "claim_of_other_kind"
	CodeAlreadyMember       Code = "already_member"
	CodeNotAnotherMember    Code = "not_another_member"
	CodeTooManyInvitations  Code = "too_many_invitations"
	CodeTooManyLetters      Code = "too_many_letters"
	CodeTooManyToOne        Code = "too_many_letters_to_one"
	CodeBadInvitation       Code = "bad_invitation"
	CodeOtherAddress        Code = "other_address"
	CodeEngineDown          Code = "engine_down"
	CodeEngineKey           Code = "engine_key"
	CodeEngineBehind        Code = "engine_behind"
	CodeLastOwner           Code = "last_owner"
	CodeGoesToo             Code = "goes_too"
	CodeNotInForce          Code = "not_in_force"
	CodeKeyScope            Code = "key_scope"
	CodeTooManyKeys         Code = "too_many_keys"
	CodeHidden              Code = "hidden"
	CodeNotHidden           Code = "not_hidden"
	CodeReported            Code = "already_reported"
	CodeTooManyReports      Code = "too_many_reports"
	CodeReportClosed        Code = "report_closed"

	CodeDemandOrRequirements Code = "demand_or_requirements"
	CodeRoleFull             Code = "role_full"
	CodeLooksPersonal        Code = "looks_personal"
	CodeOneGoal              Code = "one_goal"
	CodeAsksNothing          Code = "asks_nothing"
	CodeOfficialFramework    Code = "official_framework"
	CodeNoSuccessor          Code = "no_successor"
	CodeReplacedInUse        Code = "replaced_in_use"
	CodeContradiction        Code = "contradiction"
	CodeNothingProposed      Code = "nothing_proposed"
	CodeTooManyProposals     Code = "too_many_proposals"
	CodeProposalDecided      Code = "proposal_decided"
	CodeImportRunning        Code = "import_running"
	CodeNoRows               Code = "no_rows"
	CodeTooManyRows          Code = "too_many_rows"
	CodeRowNotFaulty         Code = "row_not_faulty"
	CodeFileUnreadable       Code = "file_unreadable"
	CodeFileTooLarge         Code = "file_too_large_unpacked"
	CodeRowUnreadable        Code = "row_unreadable"
	CodeRowTooLong           Code = "row_too_long"
	CodeTooManyCells         Code = "too_many_cells"
	CodeQuotes               Code = "stray_quotes"
	CodeNotDate              Code = "not_a_date"
	CodeItemsApart           Code = "items_not_apart"
	CodeUnknownColumn        Code = "unknown_column"
	CodeNotNumber            Code = "not_a_number"
	CodeNearNames            Code = "near_names"
	CodeSeveralNames         Code = "several_names"
	CodeUnknownLevel         Code = "unknown_level"
	CodeNoParts              Code = "missing_parts"
)

// words is one sentence in three languages, with fmt verbs for its arguments.
type words struct{ kk, ru, en string }

func (w words) exactly(lang Language) string {
	switch lang.Base() {
	case Kazakh:
		return w.kk
	case Russian:
		return w.ru
	default:
		return w.en
	}
}

var reasons = map[Code]words{
	CodeInvalid: {
		"Деректерде қателер бар: %d", "В данных есть ошибки: %d", "The input has faults: %d"},
	CodeRequired: {
		"міндетті түрде толтырылуы керек", "обязательно для заполнения", "is required"},
	CodeMalformed: {
		"пішімі дұрыс емес", "неверный формат", "is not in the right form"},
	CodeOutOfRange: {
		"%v мен %v аралығында болуы керек", "должно быть от %v до %v", "must be from %v to %v"},
	CodeTooLong: {
		"%v таңбадан аспауы керек", "не длиннее %v символов", "must have at most %v characters"},
	CodeTooShort: {
		"кемінде %v таңба болуы керек", "не короче %v символов", "must have at least %v characters"},
	CodeTooMany: {
		"%v элементтен аспауы керек", "не больше %v элементов", "must have at most %v items"},
	CodeUnknownValue: {
		"«%v» деген мән жоқ", "нет такого значения: «%v»", "there is no such value: “%v”"},
	CodeUnknownCompetence: {
		"«%v» құзыреті анықтамалықта жоқ", "компетенции «%v» нет в справочнике", "the catalogue has no competence “%v”"},
	CodeDuplicate: {
		"«%v» бірнеше рет көрсетілген", "«%v» указано больше одного раза", "“%v” is given more than once"},
	CodeChecksum: {
		"бақылау саны сәйкес келмейді", "контрольная цифра не сходится", "the check digit does not agree"},
	CodePast: {
		"бұл күн өтіп кеткен: %v", "эта дата уже прошла: %v", "this date has passed: %v"},
	CodeOrder: {
		"%v кейін немесе сол күні болуы керек", "должно быть не раньше, чем %v", "must not come before %v"},
	CodeNoMust: {
		"кемінде бір міндетті талап (must) керек", "нужно хотя бы одно обязательное требование (must)", "at least one requirement must be a must"},
	CodeNoOutcome: {
		"кемінде бір оқу нәтижесі керек", "нужен хотя бы один результат обучения", "at least one outcome is needed"},
	CodeRegionNotServed: {
		"«%v» өңірі бағдарламаның өңірлері арасында жоқ", "региона «%v» нет среди регионов программы", "region “%v” is not among the programme's regions"},
	CodeFreeWithPrice: {
		"тегін бағдарламаның бағасы нөл немесе бос болуы керек", "у бесплатной программы цена должна быть нулевой или пустой", "a free programme has no price, or a price of 0"},
	CodeNotFound: {
		"Табылмады", "Не найдено", "Not found"},
	CodeNotYours: {
		"Мұны өзгертуге құқығыңыз жоқ", "У вас нет права это менять", "This is not yours to change"},
	CodeAdminsOnly: {
		"Мұны тек әкімші жасай алады", "Это может сделать только администратор", "Only an administrator can do this"},
	CodeAnalystsOnly: {
		"Мұны тек талдаушы немесе әкімші жасай алады", "Это может сделать только аналитик или администратор", "Only an analyst or an administrator can do this"},
	CodeSignIn: {
		"Жүйеге кіру қажет", "Нужно войти в систему", "You need to sign in"},
	CodeBadCredentials: {
		"Пошта, құпиясөз немесе код дұрыс емес", "Неверная почта, пароль или код", "The e-mail address, the password or the code is wrong"},
	CodeSecondFactor: {
		"Бір реттік код та қажет (otp)", "Нужен ещё одноразовый код (otp)", "A one-time code is needed as well (otp)"},
	CodeFactorOn: {
		"Екінші фактор қосулы тұр", "Второй фактор уже включён", "The second factor is on already"},
	CodeFactorOff: {
		"Екінші фактор қосылмаған", "Второй фактор не включён", "The second factor is not on"},
	CodeFactorNotBegun: {
		"Алдымен жаңа құпия кілт алыңыз: ол 10 минут жарамды", "Сначала получите секрет: он действует 10 минут", "Get a secret first: it is good for 10 minutes"},
	CodeTooShortAlone: {
		"екінші факторсыз кемінде %v таңба керек: алдымен құпиясөзді өзгертіңіз", "без второго фактора нужно не меньше %v символов: сначала смените пароль", "must have at least %v characters without a second factor: change it first"},
	CodeWrongPassword: {
		"қазіргі құпиясөз бұл емес", "сейчас пароль другой", "this is not the password until now"},
	CodeBadCode: {
		"код дұрыс емес, бұрын қолданылған немесе мерзімі өткен", "код неверен, уже использован или истёк", "the code is wrong, was used, or has run out"},
	CodeEmailNotConfirmed: {
		"Алдымен электрондық пошта мекенжайыңызды растаңыз", "Сначала подтвердите адрес электронной почты", "Confirm your e-mail address first"},
	CodeEmailConfirmed: {
		"Электрондық пошта мекенжайы расталған", "Адрес электронной почты уже подтверждён", "The e-mail address is confirmed already"},
	CodeBadRefresh: {
		"Жаңарту токені жарамсыз, қайта кіріңіз", "Токен обновления недействителен, войдите заново", "The refresh token is not valid; sign in again"},
	CodeNoExternal: {
		"Мұнда провайдер арқылы кіру қарастырылмаған", "Здесь нельзя войти через провайдера", "Signing in through a provider is not offered here"},
	CodeExternalRefused: {
		"Провайдер арқылы кіру аяқталмады немесе мерзімі өтті, қайтадан бастаңыз", "Вход через провайдера не завершён или устарел, начните заново",
		"Signing in through the provider was not completed, or took too long; begin again"},
	CodeProviderDown: {
		"Провайдер қазір жауап бермейді, сәл кейінірек қайталаңыз", "Провайдер сейчас не отвечает, повторите чуть позже",
		"The provider does not answer at this moment; try again shortly"},
	CodeRedirectUnlisted: {
		"бұл сервердің тізімінде мұндай мекенжай жоқ", "такого адреса нет в списке этого сервера", "is not on this server's list"},
	CodeEmailNotVerified: {
		"Провайдер пошта мекенжайыңызды растаған жоқ, алдымен оны сол жерде растаңыз", "Провайдер не подтвердил ваш адрес почты; сначала подтвердите его там",
		"The provider does not vouch for your e-mail address; confirm it there first"},
	CodeAccountExists: {
		"Бұл мекенжаймен тіркелгі бар: кәдімгідей кіріп, оны провайдермен байланыстырыңыз", "Учётная запись с этим адресом уже есть: войдите как обычно и свяжите её с провайдером",
		"An account has this address already; sign in as usual and link it with the provider"},
	CodeIdentityTaken: {
		"Провайдердегі бұл тіркелгі Kopir жүйесінің басқа тіркелгісімен байланыстырылған", "Эта учётная запись провайдера связана с другой учётной записью в Kopir",
		"This identity is linked with another account"},
	CodeIdentityLinked: {
		"Тіркелгіңіз бұл провайдермен бұрыннан байланыстырылған", "Ваша учётная запись уже связана с этим провайдером", "Your account is linked with this provider already"},
	CodeLastWayIn: {
		"Тіркелгіңізге кірудің басқа жолы жоқ: алдымен құпиясөз орнатыңыз", "Другого способа войти в вашу учётную запись нет: сначала задайте пароль",
		"There is no other way to sign in to your account; set a password first"},
	CodeStale: {
		"Сіз оқығаннан кейін бұл өзгертілген, қайта оқыңыз", "Это изменили после того, как вы прочитали; прочитайте заново", "This was changed after you read it; read it again"},
	CodeNotDraft: {
		"Бұл енді жоба (draft) емес", "Это уже не черновик", "This is no longer a draft"},
	CodeNotPublished: {
		"Бұл жарияланбаған", "Это не опубликовано", "This is not published"},
	CodeFinished: {
		"Бұл жабылған, енді өзгермейді", "Это закрыто и больше не меняется", "This is closed and does not change any more"},
	CodeNotVerified: {
		"Ұйым әлі тексерілмеген, тек тексерілген ұйымдар жариялай алады", "Организация ещё не проверена; публиковать могут только проверенные", "The organisation is not verified yet; only verified ones publish"},
	CodeNotPending: {
		"Ұйым тексеруді күтіп тұрған жоқ", "Организация не ожидает проверки", "The organisation is not awaiting verification"},
	CodeWrongKind: {
		"Мұндай ұйым (%v) бұны жариялай алмайды", "Организация такого вида (%v) не может этого публиковать", "An organisation of this kind (%v) does not publish this"},
	CodeRegistrationTaken: {
		"Бұл тіркеу нөмірі тексерілген басқа ұйымға тиесілі", "Этот регистрационный номер принадлежит другой проверенной организации", "This registration number belongs to another verified organisation"},
	CodeCommonPassword: {
		"бұл құпиясөз тым көп қолданылады", "этот пароль слишком распространён", "this password is too common"},
	CodeBadCursor: {
		"бұл сұрауға арналған меңзер емес", "курсор не от этого запроса", "the cursor does not belong to this query"},
	CodeIndexLoading: {
		"Іздеу индексі жүктеліп жатыр, сәл күтіңіз", "Поисковый индекс загружается, подождите немного", "The index is still loading; wait a moment"},
	CodeKeyReused: {
		"Бұл Idempotency-Key басқа сұраумен қолданылған", "Этот Idempotency-Key уже использован с другим запросом", "This Idempotency-Key was used with another request"},
	CodeKeyInFlight: {
		"Осы Idempotency-Key бар сұрау әлі орындалып жатыр", "Запрос с этим Idempotency-Key ещё выполняется", "A request with this Idempotency-Key is still under way"},
	CodeControlCharacter: {
		"басқару таңбалары болмауы керек", "не должно содержать управляющих символов", "must not contain control characters"},
	CodeExists: {
		"Мұндай жазба бұрыннан бар", "Такое уже есть", "This exists already"},
	CodeUnavailable: {
		"Қызмет қазір жауап бере алмайды, кейінірек қайталаңыз", "Служба сейчас не может ответить, повторите позже", "This cannot be answered now; try again later"},
	CodeBusy: {
		"Қазір кіретіндер тым көп, сәл кейінірек қайталаңыз", "Сейчас слишком много желающих войти, повторите чуть позже", "Too many people are signing in at this moment; try again shortly"},
	CodeNotContested: {
		"Бұл тіркеу нөмірі тексерілген ұйымдардың ешқайсысында жоқ: ұйымды жай ғана тексеріңіз", "Этого регистрационного номера нет ни у одной проверенной организации: проверьте её обычным путём", "No verified organisation has this registration number: verify the organisation instead"},
	CodeClaimOfOtherKind: {
		"Екі ұйымның бірі — жұмыс беруші, екіншісі — білім беру ұйымы: оларды біріктіруге болмайды", "Одна из двух организаций — работодатель, другая — учебное заведение: их нельзя объединить", "One of the two is an employer and the other an institution: they cannot become one"},
	CodeAlreadyMember: {
		"Бұл мекенжайдың иесі ұйымның мүшесі болып тұр", "Владелец этого адреса уже состоит в организации", "Whoever has this address is a member already"},
	CodeNotAnotherMember: {
		"ұйымның басқа мүшесі болуы керек", "должен быть другой участник организации", "must be another member of the organisation"},
	CodeTooManyInvitations: {
		"Ұйымның ең көбі %v ашық шақыруы бола алады", "У организации может быть не больше %v открытых приглашений", "An organisation has at most %v open invitations"},
	CodeTooManyLetters: {
		"Бір тәулікте ең көбі %v шақыру жіберуге болады", "За сутки можно отправить не больше %v приглашений", "At most %v invitations can be sent within 24 hours"},
	CodeTooManyToOne: {
		"Бір мекенжайға бір тәулікте ең көбі %v шақыру жіберуге болады", "На один адрес за сутки можно отправить не больше %v приглашений", "At most %v invitations can be sent to one address within 24 hours"},
	CodeBadInvitation: {
		"код дұрыс емес, ескірген, қолданылған немесе шақыру кері қайтарылған", "код неверен, устарел, уже использован, или приглашение отозвано", "the code is wrong, too old or spent, or the invitation was withdrawn"},
	CodeOtherAddress: {
		"Шақыру %v мекенжайына жіберілген: сол мекенжайдағы тіркелгімен кіріңіз", "Приглашение отправлено на %v: войдите под учётной записью с этим адресом", "The invitation was sent to %v: sign in with the account of that address"},
	CodeEngineDown: {
		"Іздеу жүйесі жауап бермей тұр", "Поисковая система не отвечает", "The search engine does not answer"},
	CodeEngineKey: {
		"Іздеу жүйесі бұл сервердің кілтін қабылдамайды", "Поисковая система не принимает ключ этого сервера", "The search engine does not take this server's key"},
	CodeEngineBehind: {
		"Іздеу жүйесі соңғы өзгерістерді әлі алған жоқ, сәл кейінірек қайталаңыз", "Поисковая система ещё не получила последних изменений, повторите чуть позже", "The search engine has not got the latest changes yet; try again shortly"},
	CodeLastOwner: {
		"Ұйымда кемінде бір иесі қалуы керек", "У организации должен остаться хотя бы один владелец", "An organisation must keep at least one owner"},
	CodeGoesToo: {
		"%v ұйымында сізден басқа мүше жоқ, ол да өшіріледі: оны атап көрсетіңіз", "в организации %v кроме вас никого нет, она тоже будет удалена: назовите её", "organisation %v has no other member and goes too: name it"},
	CodeNotInForce: {
		"қазір күшінде басқа нұсқа: %v", "сейчас действует другая версия: %v", "another version is in force: %v"},
	CodeKeyScope: {
		"API кілтіне бұл қолжетімсіз: кілтте жоқ құқық немесе жүйеге кірген адам керек", "Ключу API это недоступно: нужно право, которого у него нет, или человек, вошедший в систему", "The API key does not reach this: it takes a scope that the key does not have, or somebody who is signed in"},
	CodeTooManyKeys: {
		"Ұйымда бір уақытта %v кілттен артық болмайды, керексізінің күшін жойыңыз", "У организации не может быть больше %v действующих ключей; отзовите ненужный", "An organisation has at most %v keys that are valid; revoke one that is not needed"},
	CodeHidden: {
		"Мұны әкімші жасырған", "Это скрыл администратор", "An administrator has hidden this"},
	CodeNotHidden: {
		"Бұл жасырылмаған", "Это не скрыто", "This is not hidden"},
	CodeReported: {
		"Бұл туралы шағымыңыз қаралып жатыр", "Ваша жалоба на это уже рассматривается", "Your report on this is being looked at already"},
	CodeTooManyReports: {
		"Тәулігіне %v шағымнан артық жіберуге болмайды", "Не больше %v жалоб в сутки", "At most %v reports in 24 hours"},
	CodeReportClosed: {
		"Бұл шағым жабылған", "Эта жалоба закрыта", "This report is closed"},
	CodeDemandOrRequirements: {
		"не сұранысты, не талаптарды көрсетіңіз, екеуін бірге емес", "укажите либо потребность, либо требования, но не оба", "name a demand or give requirements, not both"},
	CodeRoleFull: {
		"бұл рөлге көрсетілген %v орыннан артық адам берілген", "на эту роль назначено больше людей, чем мест (%v)", "this role was given more people than it has positions (%v)"},
	CodeLooksPersonal: {
		"ЖСН немесе телефон нөміріне ұқсайды: жеке деректері жоқ кілт беріңіз", "похоже на ИИН или номер телефона: дайте ключ без персональных данных", "looks like an IIN or a telephone number: give a key that holds no personal data"},
	CodeOneGoal: {
		"requirements, demand_id, occupation ішінен дәл біреуі керек", "нужно ровно одно из requirements, demand_id, occupation", "must have exactly one of requirements, demand_id, occupation"},
	CodeAsksNothing: {
		"мұнда не талап етілетіні белгісіз", "неизвестно, что здесь требуется", "it is not known what is asked for here"},
	CodeOrganisationChanged: {
		"басқа ұйымға ауыстыруға болмайды", "нельзя передать другой организации", "cannot be moved to another organisation"},
	CodeOfficialFramework: {
		"«%v» ресми жүйесіне құзыреттер оның жаңа нұсқаларымен ғана қосылады", "в официальную систему «%v» компетенции добавляются только с её новыми версиями",
		"the framework “%v” is official: competences come to it with its versions only"},
	CodeNoSuccessor: {
		"«%v» оның орнын баса алмайды", "«%v» не может её заменить", "“%v” cannot take its place"},
	CodeReplacedInUse: {
		"орнын басқасы басқан құзырет қолданыста бола алмайды", "заменённая компетенция не может оставаться в употреблении", "what was replaced is not in use"},
	CodeContradiction: {
		"Анықтамалықта бұған қарама-қарсы байланыс бар", "В справочнике есть связь, которая этому противоречит", "The catalogue has a relation that says the contrary"},
	CodeNothingProposed: {
		"құзырет атауын немесе бар құзыреттің синонимдерін көрсетіңіз", "укажите название компетенции или синонимы существующей", "name a competence, or synonyms of one that is there"},
	CodeTooManyProposals: {
		"Ұйымның қаралмаған ұсыныстары %v болды, олардың қаралуын күтіңіз", "У организации уже %v нерассмотренных предложений, дождитесь решения по ним",
		"The organisation has %v proposals that wait already; let them be decided first"},
	CodeProposalDecided: {
		"Бұл ұсыныс бойынша шешім қабылданған", "По этому предложению решение уже принято", "This proposal was decided already"},
	CodeImportRunning: {
		"Ұйымның басқа импорты әлі жүріп жатыр, аяқталғанын күтіңіз", "У организации ещё идёт другой импорт: дождитесь его окончания", "Another import of the organisation is still running; wait for its end"},
	CodeNoRows: {
		"файлда деректері бар бірде-бір жол жоқ", "в файле нет ни одной строки с данными", "the file has no rows"},
	CodeTooManyRows: {
		"бір файлда %v жолдан аспауы керек", "в одном файле не больше %v строк", "a file must have at most %v rows"},
	CodeRowNotFaulty: {
		"Бұл жолда қате жоқ: тек қатесі бар жолды түзетуге болады", "В этой строке нет ошибок: исправлять можно только ошибочные", "This row is not faulty; only faulty ones can be repaired"},
	CodeFileUnreadable: {
		"файлды %v ретінде оқу мүмкін болмады: ол бүлінген, құпиясөзбен қорғалған немесе басқа пішімде", "файл не удалось прочитать как %v: он повреждён, защищён паролем или в другом формате", "the file cannot be read as %v: it is damaged, protected by a password, or of another format"},
	CodeFileTooLarge: {
		"ашылғанда файл тым үлкен: %v МиБ-тан аспауы керек", "в распакованном виде файл слишком велик: можно не больше %v МиБ", "unpacked, the file is too large: at most %v MiB are allowed"},
	CodeRowUnreadable: {
		"жолды оқу мүмкін болмады", "строку не удалось прочитать", "the row cannot be read"},
	CodeQuotes: {
		"жолдағы тырнақша жабылмаған немесе мәтін ортасында тұр: мәтінді тырнақшаға алып, ішіндегі тырнақшаны екі рет жазыңыз", "кавычка в строке не закрыта или стоит посреди текста: возьмите текст в кавычки, а кавычки внутри него удвойте", "a quotation mark is not closed or stands within a text: put the text into quotation marks and double those within it"},
	CodeTooManyCells: {
		"жолда бағандардан көп ұяшық бар: ішінде баған бөлгіші бар мәтінді тырнақшаға алыңыз", "в строке ячеек больше, чем столбцов: текст, в котором есть разделитель столбцов, возьмите в кавычки", "the row has more cells than there are columns: put a text that has the separator in it into quotation marks"},
	CodeNotDate: {
		"«%v» күні оқылмайды: 2027-03-01 немесе 01.03.2027 түрінде жазыңыз", "«%v» — не дата: пишите 2027-03-01 или 01.03.2027", "“%v” is not a date: write 2027-03-01 or 01.03.2027"},
	CodeItemsApart: {
		"«%v»: жазбалардың арасына үтір емес, нүктелі үтір не жаңа жол қойыңыз", "«%v»: между записями ставьте не запятую, а точку с запятой или новую строку", "“%v”: put a semicolon or a new line between items, not a comma"},
	CodeRowTooLong: {
		"жол %v байттан аспауы керек", "строка не должна превышать %v байт", "the row must have at most %v bytes"},
	CodeUnknownColumn: {
		"мұндай баған жоқ: «%v»; бағандар үлгі файлда (GET /v1/imports/template)", "нет такого столбца: «%v»; столбцы есть в файле-образце (GET /v1/imports/template)", "there is no such column: “%v”; the columns are in the template (GET /v1/imports/template)"},
	CodeNotNumber: {
		"«%v» бүтін сан емес", "«%v» — не целое число", "“%v” is not a whole number"},
	CodeNearNames: {
		"анықтамалықта «%v» деген құзырет жоқ; ұқсастары: %v", "в справочнике нет компетенции «%v»; похожие: %v", "the catalogue has no competence “%v”; near to it: %v"},
	CodeSeveralNames: {
		"«%v» деген бірнеше құзырет бар, біреуінің идентификаторын жазыңыз: %v", "компетенций «%v» несколько, укажите идентификатор одной: %v", "several competences are called “%v”; give the id of one: %v"},
	CodeUnknownLevel: {
		"«%v» деңгейі жоқ: 1-ден 8-ге дейінгі сан немесе шеңбердегі деңгей атауы керек", "нет уровня «%v»: нужно число от 1 до 8 или название ступени рамки", "there is no level “%v”: give a number from 1 to 8 or the name of a framework's step"},
	CodeNoParts: {
		"«%v» толық емес: мына бөліктер керек: %v", "«%v» неполно: нужны части %v", "“%v” is not whole: it takes the parts %v"},
}
