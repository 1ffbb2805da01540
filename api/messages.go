package api

import (
	"fmt"

	"kopir/domain"
)

// The reasons that only the edge gives. Like the domain's they are for ever; their sentences stand below.
const (
	codeIfMatchRequired   domain.Code = "if_match_required"
	codeIfMatchAny        domain.Code = "if_match_any"
	codeIfMatchForm       domain.Code = "if_match_malformed"
	codeMethodNotAllowed  domain.Code = "method_not_allowed"
	codeMediaType         domain.Code = "media_type"
	codeNotAcceptable     domain.Code = "not_acceptable"
	codeContentEncoding   domain.Code = "content_encoding"
	codeBodyTooLarge      domain.Code = "body_too_large"
	codeURITooLong        domain.Code = "uri_too_long"
	codeURIMalformed      domain.Code = "uri_malformed"
	codeHeadersTooLarge   domain.Code = "headers_too_large"
	codeBodyUnexpected    domain.Code = "body_unexpected"
	codeBodyUnreadable    domain.Code = "body_unreadable"
	codeRequestUnreadable domain.Code = "request_unreadable"
	codeSyntax            domain.Code = "syntax"
	codeUTF8              domain.Code = "invalid_utf8"
	codeDuplicateKey      domain.Code = "duplicate_key"
	codeTrailingData      domain.Code = "trailing_data"
	codeTooDeep           domain.Code = "too_deep"
	codeBidiControl       domain.Code = "bidi_control"
	codeWrongType         domain.Code = "wrong_type"
	codeUnknownField      domain.Code = "unknown_field"
	codeUnknownParameter  domain.Code = "unknown_parameter"
	codeRepeated          domain.Code = "repeated_parameter"
	codeNotUnique         domain.Code = "not_unique"
	codeTooFew            domain.Code = "too_few"
	codeTooManyBytes      domain.Code = "too_many_bytes"
	codeAgainstContract   domain.Code = "against_contract"
	codeTokenInvalid      domain.Code = "invalid_token"
	codeWait              domain.Code = "wait"
	codeTimeout           domain.Code = "timeout"
	codeInternal          domain.Code = "internal_error"
	codeNotReady          domain.Code = "not_ready"
	codeNoDirectSearch    domain.Code = "direct_search_not_offered"
	codeStreamBusy        domain.Code = "stream_busy"
	codeChangesForgotten  domain.Code = "changes_forgotten"
)

// say returns a reason as a sentence in a language: the edge's own, or the domain's.
func say(r domain.Reason, lang domain.Language) string {
	t, ok := sentences[r.Code]
	if !ok {
		return r.In(lang)
	}
	return fmt.Sprintf(t.in(lang), r.Args...)
}

// sentence is one thing said in three languages, with fmt verbs for its arguments.
type sentence struct{ kk, ru, en string }

func (s sentence) in(lang domain.Language) string {
	switch lang.Base() {
	case domain.Kazakh:
		return s.kk
	case domain.Russian:
		return s.ru
	default:
		return s.en
	}
}

var sentences = map[domain.Code]sentence{
	codeIfMatchRequired: {
		"If-Match тақырыбында өзіңіз оқыған ETag мәнін жіберіңіз", "Пришлите в If-Match тот ETag, который вы прочитали", "Send If-Match with the ETag of what you have seen"},
	codeIfMatchAny: {
		"If-Match: * қабылданбайды: өзіңіз оқыған ETag мәнін жіберіңіз", "If-Match: * не принимается: пришлите тот ETag, который вы прочитали", "If-Match: * is not taken: send the ETag of what you have seen"},
	codeIfMatchForm: {
		"If-Match біздің ETag емес, қайта оқыңыз", "В If-Match не наш ETag; прочитайте заново", "If-Match holds no ETag of ours; read it again"},
	codeMethodNotAllowed: {
		"Бұл мекенжайда мұндай әдіс жоқ", "У этого адреса нет такого метода", "This address does not have that method"},
	codeNotAcceptable: {
		"Бұл тек мына түрде беріледі: %v; Accept тақырыбы бұлардың бәрін жоққа шығарады", "Это выдаётся только как %v; заголовок Accept исключает всё это", "This is given only as %v; the Accept header rules all of them out"},
	codeMediaType: {
		"Денені осы мекенжай қабылдайтын түрде, әдетте application/json, UTF-8 кодтауында жіберіңіз", "Пришлите тело в формате, который здесь принимается, обычно application/json в UTF-8", "Send the body as what this address takes, as a rule application/json in UTF-8"},
	codeContentEncoding: {
		"Дене қысылмаған немесе gzip арқылы қысылған болуы керек", "Тело должно быть без сжатия или сжато gzip", "Send the body as it is, or compressed with gzip"},
	codeBodyTooLarge: {
		"Дене %d байттан аспауы керек, қысылғаны да, ашылғаны да", "Тело не должно превышать %d байт, ни сжатое, ни распакованное", "The body must not exceed %d bytes, before or after decompression"},
	codeURITooLong: {
		"Мекенжай %d байттан аспауы керек", "Адрес не должен превышать %d байт", "The address must not exceed %d bytes"},
	codeURIMalformed: {
		"Мекенжайдың «?» белгісінен кейінгі бөлігі дұрыс жазылмаған", "Часть адреса после «?» записана неправильно", "The part of the address after “?” is not well-formed"},
	codeHeadersTooLarge: {
		"Тақырыптар %d байттан аспауы керек", "Заголовки не должны превышать %d байт", "The headers must not exceed %d bytes"},
	codeBodyUnexpected: {
		"Бұл сұрауда дене болмауы керек", "У этого запроса не должно быть тела", "This request takes no body"},
	codeBodyUnreadable: {
		"Дене соңына дейін оқылмады", "Тело не удалось прочитать до конца", "The body could not be read to its end"},
	codeRequestUnreadable: {
		"Бұл HTTP сұрауы дұрыс емес", "Это неправильный запрос HTTP", "This is no well-formed HTTP request"},
	codeSyntax: {
		"JSON дұрыс емес, %d-байт", "неправильный JSON, байт %d", "is not JSON, at byte %d"},
	codeUTF8: {
		"UTF-8 дұрыс емес", "неправильный UTF-8", "is not valid UTF-8"},
	codeDuplicateKey: {
		"екі рет көрсетілген", "указано дважды", "stands twice"},
	codeTrailingData: {
		"JSON мәнінен кейін артық деректер бар", "после значения JSON есть лишние данные", "there is more after the JSON value"},
	codeTooDeep: {
		"%d деңгейден терең болмауы керек", "вложенность не больше %d уровней", "must not be nested deeper than %d"},
	codeBidiControl: {
		"жазу бағытын өзгертетін көрінбейтін таңбалар болмауы керек", "не должно содержать невидимых символов направления письма", "must not contain invisible characters that change the direction of writing"},
	codeWrongType: {
		"мұндай түр болуы керек: %v", "должен быть тип: %v", "must be of this type: %v"},
	codeUnknownField: {
		"мұндай өріс жоқ", "такого поля нет", "there is no such field"},
	codeUnknownParameter: {
		"мұндай параметр жоқ", "такого параметра нет", "there is no such parameter"},
	codeRepeated: {
		"бір рет қана берілуі керек", "можно указать только один раз", "can be given only once"},
	codeNotUnique: {
		"қайталанатын элементтер болмауы керек", "элементы не должны повторяться", "must not name an item twice"},
	codeTooFew: {
		"кемінде %v элемент болуы керек", "не меньше %v элементов", "must have at least %v items"},
	codeTooManyBytes: {
		"UTF-8 кодтауында %v байттан аспауы керек", "не больше %v байт в UTF-8", "must have at most %v bytes of UTF-8"},
	codeAgainstContract: {
		"келісімге сай емес", "не соответствует контракту", "is against the contract"},
	codeTokenInvalid: {
		"Қатынау токені немесе API кілті жарамсыз не мерзімі өткен", "Токен доступа или ключ API недействителен или истёк", "The access token or API key is not valid, or has expired"},
	codeWait: {
		"%d секунд күтіңіз", "Подождите %d с", "Wait %d s"},
	codeTimeout: {
		"Жауап дайындауға уақыт жетпеді, кейінірек қайталаңыз", "Не успели ответить вовремя, повторите позже", "This took too long; try again later"},
	codeInternal: {
		"Қате журналға жазылды", "Ошибка записана в журнал", "The fault has been logged"},
	codeNotReady: {
		"Сервер әлі дайын емес: %v", "Сервер ещё не готов: %v", "The server is not ready yet: %v"},
	codeNoDirectSearch: {
		"Мұнда іздеу жүйесіне тікелей жүгінуге болмайды", "Здесь нельзя обращаться к поисковой системе напрямую", "Direct search is not offered here"},
	codeStreamBusy: {
		"Қазір басқа осындай талдау орындалып жатыр, сәл кейінірек қайталаңыз", "Сейчас уже выполняется такой анализ, повторите чуть позже", "Another analysis of this kind is under way; try again shortly"},
	codeChangesForgotten: {
		"Содан бергі өзгерістер енді сақталмайды: since параметрінсіз жаңа орын алып, файлдарды қайта жүктеңіз", "Изменения с того места больше не хранятся: возьмите новое место (без since) и заново загрузите файлы", "The changes since then are not kept any more: take a new position, without since, and then all files anew"},
}

// titles name the kinds of problems.
var titles = map[kind]sentence{
	unreadable:           {"Оқылмайды", "Не удалось прочитать", "Not readable"},
	unauthenticated:      {"Жүйеге кірмеген", "Вход не выполнен", "Not signed in"},
	forbidden:            {"Рұқсат жоқ", "Нет права", "Not yours to do"},
	notFound:             {"Табылмады", "Не найдено", "Not found"},
	methodNotAllowed:     {"Мұндай әдіс жоқ", "Метод не поддерживается", "Method not allowed"},
	conflict:             {"Қайшылық", "Конфликт", "Conflict"},
	stale:                {"Осы арада өзгерген", "Успело измениться", "Changed meanwhile"},
	tooLarge:             {"Тым үлкен", "Слишком большой запрос", "Too large"},
	uriTooLong:           {"Мекенжай тым ұзын", "Слишком длинный адрес", "Address too long"},
	gone:                 {"Енді жоқ", "Больше не хранится", "Gone"},
	unsupportedMediaType: {"Мұндай пішім қабылданбайды", "Формат не поддерживается", "Media type not supported"},
	notAcceptable:        {"Мұндай түрде берілмейді", "В таком виде не выдаётся", "Not given in that form"},
	invalid:              {"Талаптарға сай емес", "Не соответствует требованиям", "Against the contract"},
	preconditionRequired: {"If-Match қажет", "Нужен If-Match", "If-Match is required"},
	rateLimited:          {"Сұраулар тым көп", "Слишком много запросов", "Too many requests"},
	headersTooLarge:      {"Тақырыптар тым үлкен", "Слишком большие заголовки", "Headers too large"},
	internal:             {"Ішкі қате", "Внутренняя ошибка", "Internal error"},
	unavailable:          {"Уақытша қолжетімсіз", "Временно недоступно", "Unavailable for a moment"},
}
