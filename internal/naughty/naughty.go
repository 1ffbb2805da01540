// Package naughty holds strings that programs trip over, for tests that put them wherever people write. All are valid
// UTF-8; which of them may be written is for the test to say.
package naughty

import "strings"

// Strings returns them all, each once.
func Strings() []string {
	var out []string
	seen := map[string]bool{}
	for _, group := range groups {
		for _, s := range group {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

var groups = [][]string{
	words, scripts, kazakh, composed, casings, emoji, unseen, controls(), directions(), alike, numbers, moments, databases, filters, pages, templates, shells, directories,
	sheets, formats, encodings, names, limits,
}

var words = strings.Fields("null NULL nil None undefined true false TRUE False yes no on off NaN Infinity -Infinity void this self constructor prototype __proto__ hasOwnProperty toString valueOf then " +
	"length name id class function return delete select from where order group having union insert update drop table index view user admin root system default *")

var scripts = []string{
	"Қазақстан Республикасы", "Россия", "English text", "日本語のテキスト", "中文文本", "繁體中文", "한국어 텍스트", "ภาษาไทย", "हिन्दी पाठ", "বাংলা", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "සිංහල", "ქართული", "Հայերեն", "Ελληνικά", "עברית", "العربية", "فارسی", "اردو",
	"አማርኛ", "ᏣᎳᎩ", "ᠮᠣᠩᠭᠣᠯ", "བོད་ཡིག", "မြန်မာ", "ខ្មែរ", "ລາວ", "Tiếng Việt", "Türkçe", "Íslenska", "Český", "Łódź", "Straße", "Ærøskøbing", "Œuvre", "ĳsvrij", "𐌰𐌱𐌲", "𒀀𒁀", "𓀀𓁐", "𝕬𝖇𝖈", "ⓐⓑⓒ", "ＡＢＣ　１２３", "ｶﾀｶﾅ", "㈱㍿", "№ ℃ ™ ℠", "⠅⠁⠵", "שָׁלוֹם", "مُحَمَّد", "ไก่", "কৃষ্ণ", "각각",
	"ЎўЌќ", "Ђ ђ Љ љ", "ꙮ", "Ѳ Ѵ", "ꑭ", "𞤀𞤣", "𑀅", "ߊߓ", "ⴰⵣⵓⵍ", "ᚠᚢᚦ", "ᚁᚂ", "ⰀⰁ", "ܐܒܓ", "ހށނ", "ꦗꦮ", "ᮞᮥᮔ᮪ᮓ", "ᜀᜁ", "𐑀𐑁",
}

var kazakh = []string{
	"Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі", "Әйгерім Сәрсенова", "Ғылым", "Қобыз", "Ңң", "Өнер", "Ұлт", "Үміт", "Һәм", "Іні", "әғқңөұүһі", "ӘҒҚҢӨҰҮҺІ", "Бағдарламалаушылардың", "деректер қоры", "дерекқор", "Ақтөбе — Ақтау", "«Дала» ЖШС", "ТОО «Рога & Копыта»", "ИП О’Коннор", "Ёлка и ёж", "Щорс-Эйзенштейн",
	"Щ", "ъ", "Ы", "КӨПІР", "Көпір", "kópir", "Qazaqstan", "Ä ǵ ı ń ö ū ü ş", "Q'azaq", "Алматы қ., Абай д-лы, 10/2", "г. Нур-Султан (Астана)", "№ 123-ҚР", "2026 ж.", "₸ 250 000", "10 000 ₸/ай", "ққққққққққққққққққ",
}

var composed = []string{
	"\u0439", "\u0438\u0306", "\u0451", "\u0435\u0308", "\u00e9", "e\u0301", "\u00c5", "A\u030a", "\u212b", "\u2126", "\u03a9", "\u1e69", "s\u0323\u0307", "s\u0307\u0323", "\u1e9b\u0323", "\ufb01", "fi", "\u00bd", "\u2460", "\u1100\u1161\u11a8", "\uac01", "\u0958", "\u0915\u093c", "q\u0307\u0323", "\u0344", "\u0387", "\u1fbe", "\u2000", "\u2001", "\u2329", "\uf900", "\u4e3d", "\U0002f800",
	"\u04d9\u0301", "\u049b\u0327", "\u0456\u0308", "a\u0315\u0300\u05ae\u0062", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA\u036b\u0357\u0334\u0362\u0335\u031c\u0330\u0354", "\u0301", "\u0301a", "a" + strings.Repeat("\u0301", 100), "क्षि", "நி", "ଥି", "\u0e01\u0e33", "\u1112\u1161\u11ab\u1100\u1173\u11af",
}

var casings = []string{
	"İ", "I", "ı", "i", "İstanbul", "DİYARBAKIR", "diyarbakır", "ıI", "i\u0307", "ß", "ẞ", "SS", "ſ", "ﬀ", "ŉ", "ǆ", "ǅ", "Ǆ", "Σ", "σ", "ς", "ΣΊΣΥΦΟΣ", "K", "\u212a", "Å", "ᲀ", "Ꭰ", "ꭰ", "ⅷ", "Ⅷ", "ⓚ", "𐐀", "𐐨", "ΐ", "ﬃ", "Ա", "ა", "Ა", "Һ", "һ",
}

var emoji = []string{
	"😀", "😂😂😂", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴‍☠️", "🇰🇿", "🇰🇿🇷🇺🇬🇧", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "1️⃣", "❤️", "❤", "☺︎", "🧑🏿‍🚀", "🤷‍♀️", "👯🏻‍♂️", "🫱🏼‍🫲🏿", "🕴️", "©®™", "★☆✓✗", "→←↑↓", "■□▲△", "¯\\_(ツ)_/¯", "(╯°□°）╯︵ ┻━┻", "ʕ•ᴥ•ʔ", "🀄🂡♠♥", "⌘⌥⇧", "\U0001f1f0", "\U0001f3fb", "a\u200d", "\u200d",
}

var unseen = []string{
	" ", "  ", "a b", " a", "a ", " a ", "a  b", "\u00a0", "a\u00a0b", "\u00a0a", "\u2003", "a\u2003b", "\u3000a", "\u1680", "\u180e", "a\u180eb", "\u200b", "a\u200bb", "\u200ba", "\u200c", "a\u200cb", "\u2060", "a\u2060b", "\ufeff", "\ufeffa", "a\ufeff", "a\u00adb", "\u00ad", "\u034f", "\u115f", "\u3164", "\uffa0", "\u2800", "\u17b4", "\ufe0f", "\ufe00a", "\U000e0001", "a\U000e0020b", "\U000e0100", "\u2061", "\u206a", "\u206f", "\ufff9a\ufffab\ufffb", "\ufffc", "\ufffd", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff", "\ue000", "\uf8ff", "\U000f0000", "\u2028", "a\u2028b", "\u2029",
}

// controls are all the controls of C0 and C1.
func controls() (out []string) {
	for r := rune(0); r < 0xa0; r++ {
		if r < ' ' || r >= 0x7f {
			out = append(out, "a"+string(r)+"b")
		}
	}
	return append(out, "a\r\nb", "\n", "\x00", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "a\x08\x08b")
}

// directions are texts with each mark of direction.
func directions() (out []string) {
	for _, r := range "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" {
		out = append(out, "a"+string(r)+"b")
	}
	return append(out, "\u202egnp.exe", "admin\u202e\u2066//\u2069\u2066", "العربية english עברית", "א1", "(א)")
}

var alike = []string{
	"Қ", "К", "K", "Қазақстан", "Kазақстан", "Казақстан", "і", "i", "іT", "iT", "һ", "h", "ІТ", "IT", "ІТ-компания", "IT-компания", "Сбер", "Cбер", "раypal", "paypal", "аdmin", "ɑdmin", "αdmin", "admіn", "аԁмin", "О0Oо", "l1I|", "rn m", "ѕ", "s", "ј", "ԁ", "ԛ", "ԝ", "ү", "γ", "ө", "θ", "ɵ", "ә", "ə", "ң", "ŋ", "ұ", "ғ", "ƒ", "‐‑‒–—―", "''‘’‛", "\"“”„«»", "⁄/∕", "․.", "，,", "；;", ":：", "!！ǃ", "＜script＞",
}

var numbers = []string{
	"0", "-0", "1", "-1", "+1", "00", "01", "1.0", "1,0", ".5", "5.", "1e3", "1E400", "-1e-400", "0x1F", "0b1", "0o7", "1_000", "1 000", "1'000", "1,000.00", "1.000,00", "2147483647", "2147483648", "-2147483649", "9007199254740993", "9223372036854775808", "18446744073709551616", "340282366920938463463374607431768211456", "3.141592653589793238462643383279", "1/0", "0/0", "½", "٣", "１２３", "Ⅳ", "十", "∞", "-∞", "1#INF", "1%", "$1", "12:34", "1..2", "--1", "1-", "999999999999999999999999999999", "00000000-0000-0000-0000-000000000000", "220540001239",
}

var moments = []string{
	"2026-11-23", "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "-0001-01-01", "1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "2016-12-31T23:59:60Z", "2026-11-23T06:00:00+05:00", "23.11.2026", "11/23/2026", "26-11-23", "2026-W48-1", "2026-327", "P1Y", "24:00", "25:61", "now()", "today", "infinity", "epoch",
}

var databases = []string{
	"'", "''", "'''", `"`, `""`, "`", "\\", "\\'", "\\\\'", `\"`, "' OR 1=1--", "' OR '1'='1", `" OR ""="`, "'; DROP TABLE demands;--", "'); DELETE FROM accounts;--", "1; SELECT pg_sleep(10)", "' UNION SELECT NULL,NULL--", "admin'--", "admin' #", "' AND 1=0 UNION ALL SELECT password_hash FROM accounts--", "$1", "$$", "$tag$", "?", "??", ":name", "@name", "%", "_", "%%", "100%", "a_b", "\\%", "\\_", "LIKE '%'", "/* a */", "--", "#", "E'\\x41'", "U&'\\0041'", "0x41", "CHAR(65)", "CAST(1 AS int)", "1::int", "x'41'", "{a}", "{1,2}", "[1,2]", "(1,2)", "ROW(1)", "NULL::text", "\\copy", "\\d", "\\N", "\\.", "PRAGMA table_info(accounts)", "ATTACH DATABASE 'x'",
	`{"$gt":""}`, `{"$where":"1"}`, `[$ne]`, `";return true;"`, "'||'a'='a", "\u02bc OR 1=1", "＇ OR 1=1", "%27", "%2527", "&#39;",
}

var filters = []string{
	`" OR status = draft`, `\" OR organisation != "x`, `' OR organisation != 'x`, `x" OR "1" = "1`, `\\" OR id EXISTS`, `x\`, `x\\`, `x\\\`, `"x"`, `'x'`, `x' AND region = 'KZ-75`, `" OR _foreign(x, y = 1)`, `x CONTAINS y`, `x STARTS WITH y`, `x TO y`, `id EXISTS`, `NOT id EXISTS`, `x IS NULL`, `x IS EMPTY`, `x IN [a, b]`, `] OR id EXISTS`, `") OR (id EXISTS`, `_geoRadius(0, 0, 1)`, `_geoBoundingBox([0,0],[1,1])`, `AND`, `OR`, `NOT`, `AND OR NOT`, `NEAR(a b)`, `a NEAR/2 b`, `"a`, `a"`, `a*`, `*`, `^a`, `a:b`, `title:a`, `title : a`, `{title} : a`, `-a`, `- a`, `+a`, `a -b`, `a OR b`, `a AND b`, `a NOT b`, `(a`, `a)`, `(a OR (b`, `a^2`, `a~2`, `[a TO b]`, `a\:b`, `a/b`, `/a/`, `.*`, `a|b`, `a?b`, `a && b`, `a || b`, `!a`, `"" ""`, `""""`, `'' ''`,
}

var pages = []string{
	"<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "\"><script>alert(1)</script>", "'><b>", "</title><script>", "<a href=\"javascript:alert(1)\">a</a>", "javascript:alert(1)", "data:text/html,<b>", "<!--", "-->", "<![CDATA[", "]]>", "<?php echo 1; ?>", "<?xml version=\"1.0\"?>", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>", "&lt;b&gt;", "&amp;", "&nbsp;", "&#x41;", "&b;", "<b>жирный</b>", "<iframe src=//x>", "<style>*{display:none}</style>", "<math><mi//xlink:href=\"data:x\">", "\\u003cscript\\u003e", "%3Cscript%3E", "<script\u2028>", "<br/>", "a<b>c", "1 < 2 > 0 & 3",
}

var templates = []string{
	"{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{% if 1 %}", "{{.}}", "{{printf \"%s\" .}}", "{{define \"a\"}}", "[[7*7]]", "@(7*7)", "$(7*7)", "%{7*7}", "${jndi:ldap://127.0.0.1/a}", "{{constructor.constructor('return 1')()}}", "{0}", "{}", "{name}", "$name", "%(name)s", "#set($a=1)", "<#if a>", "{php}", "__${T(java.lang.Runtime)}__",
}

var shells = []string{
	"; ls", "| id", "|| id", "& id", "&& id", "`id`", "$(id)", "$HOME", "${IFS}", "> /tmp/a", "< /etc/passwd", "--help", "-rf", "-", "--", "~", "*", "a\\ b", "'a'\"b\"", "%PATH%", "^a", "../../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\con", "con", "nul", "aux.txt", "file:///etc/passwd", "\\\\host\\a", "a/./b//c", "%2e%2e%2f", ".", "..", "...", ".git", "a.", "() { :; }; id",
}

var directories = []string{"*)(uid=*", "*)(|(uid=*", "admin)(&)", "(&(a=b))", "\\2a", "\\28", "cn=a,dc=b", "a=b+c=d", "#a", "' or '1'='1' or ''='", "'] | //* | a['", "count(//a)", "a@b", "a@b.c", "\"a b\"@c.kz", "mailto:a@b.kz", "a@b.kz?bcc=c@d.kz", "a%0abcc:b", "To: a@b.kz"}

var sheets = []string{"=1+1", "=CMD|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)", "=HYPERLINK(\"http://a\")", "\"=1\"", "'=1", ",=1", ";=1", "a,b;c", "a\"b", "1,2", "=DDE(\"a\")", "%=1", "|=1"}

var formats = []string{"%s", "%n", "%x%x%x", "%d", "%v", "%!s(MISSING)", "%+v", "%%", "%1$s", "%*d", "%-999999s", "{0:999999}", "{!r}", "\\n", "\\t", "\\0", "\\x41", "\\u0041", "\\u{41}", "\\U00000041", "\\", "\\\\", "a\\", "^[[A", "!!", "!$", "~~", "**жирный**", "_курсив_", "[a](b)", "![a](b)", "# a", "> a", "| a | b |", "```", ":+1:", "<@1>", "@all", "#1"}

var encodings = []string{"Ð¯", "Р‡", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Ïðèâåò", "РџСЂРёРІРµС‚", "????", "\ufffd\ufffd", "=?UTF-8?B?0K8=?=", "&#1071;", "\\u042f", "%D0%AF", "%u042F", "xn--80ak6aa92e", "+BC8-", "0K8=", "eyJhIjoxfQ==", "YQ==", "ZÃ¼rich", "â‚¬", "ï»¿a"}

var names = []string{"O'Brien", "O’Brien", "Jean-Luc", "José", "Jr.", "van der Berg", "d'Arc", "Ng", "Y", "Null", "Test", "X Æ A-12", "Nguyễn Văn A", "Мұхтар Әуезов", "Әл-Фараби", "Ибн Сина", "Björk Guðmundsdóttir", "María-José", "R2-D2", "Іле Алатауы", "Scunthorpe", "Penistone", "Essex", "assassin", "Сукачёв"}

var limits = []string{
	strings.Repeat("a", 199), strings.Repeat("a", 200), strings.Repeat("a", 201), strings.Repeat("Қ", 200), strings.Repeat("Қ", 201), strings.Repeat("и\u0306", 200), strings.Repeat("😀", 200), strings.Repeat("👩‍💻", 66), strings.Repeat("a ", 100), strings.Repeat("ә", 1000), strings.Repeat("a", 1001), strings.Repeat("q", 5000), strings.Repeat("слово ", 1600), strings.Repeat("Қ", 10_000),
	strings.Repeat("a", 10_001), strings.Repeat("'", 200), strings.Repeat("\\", 200), strings.Repeat("%", 200), strings.Repeat("(", 200), strings.Repeat("\"", 199), strings.Repeat("<b>", 60), strings.Repeat("\u200b", 200), strings.Repeat("a\u0301", 200),
}
