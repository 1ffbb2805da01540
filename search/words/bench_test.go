package words_test

import (
	"testing"

	"kopir/search/words"
)

var samples = map[string]string{
	"ru": "Разработка и сопровождение информационных систем: проектирование баз данных, анализ требований заказчика, " +
		"тестирование программного обеспечения и обучение пользователей работе с приложениями.",
	"kk": "Ақпараттық жүйелерді әзірлеу және сүйемелдеу: дерекқорларды жобалау, тапсырыс берушінің талаптарын талдау, " +
		"бағдарламалық жасақтаманы тестілеу және пайдаланушыларды қосымшалармен жұмыс істеуге үйрету.",
	"en": "Developing and maintaining information systems: database design with PL/SQL, analysis of customers' requirements, " +
		"testing of C# and Node.js services in CI/CD, and teaching users to work with the applications.",
}

func BenchmarkTokens(b *testing.B) {
	for _, language := range []string{"ru", "kk", "en"} {
		b.Run(language, func(b *testing.B) {
			text := samples[language]
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				words.Tokens(text)
			}
		})
	}
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		words.Key("разработчики приложений")
	}
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		words.Fold(samples["kk"])
	}
}

func BenchmarkDistance(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		words.Distance("программирование", "порграмирование", 2)
	}
}
