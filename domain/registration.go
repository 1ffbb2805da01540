package domain

import (
	"regexp"
	"strings"
)

// RegistrationScheme says what kind of number an organisation is registered under.
type RegistrationScheme string

// The schemes of registration. An IIN is a sole trader's and personal data: it is never shown.
const (
	BIN     RegistrationScheme = "bin"
	IIN     RegistrationScheme = "iin"
	Foreign RegistrationScheme = "foreign"
)

// Registration is the number under which a state knows an organisation; one verified organisation each.
type Registration struct {
	Scheme  RegistrationScheme
	Country string // ISO 3166-1 alpha-2
	Number  string
}

// Key returns the registration as one string that no other registration has.
func (r Registration) Key() string { return string(r.Scheme) + ":" + r.Country + ":" + r.Number }

// Public says whether the number may be shown.
func (r Registration) Public() bool { return r.Scheme != IIN }

var (
	countryForm       = regexp.MustCompile(`^[A-Z]{2}$`)
	foreignNumberForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z ./-]{1,48}[0-9A-Za-z]$`)
)

// parseRegistration checks a registration's scheme, country and number, the check digit included.
func parseRegistration(f *Faults, at, scheme, country, number string) Registration {
	s, err := parseOne(scheme, []RegistrationScheme{BIN, IIN, Foreign})
	if !f.Check(at+"/scheme", err) {
		return Registration{}
	}
	if s != Foreign {
		if country == "" {
			country = "KZ"
		}
		if country != "KZ" {
			f.Add(at+"/country", CodeUnknownValue, country)
		}
		f.Check(at+"/number", checkKazakhNumber(number))
		return Registration{Scheme: s, Country: "KZ", Number: number}
	}
	if !countryForm.MatchString(country) || country == "KZ" {
		f.Add(at+"/country", CodeUnknownValue, country)
	}
	if !foreignNumberForm.MatchString(number) {
		f.Add(at+"/number", CodeMalformed)
	}
	return Registration{Scheme: s, Country: country, Number: strings.ToUpper(strings.TrimSpace(number))}
}

// checkKazakhNumber checks a BIN or an IIN: twelve digits, the last of which is the sum of the first eleven weighted
// 1 to 11, modulo 11; if that is 10, weighted 3 to 11, 1, 2; if it is 10 again the number is never issued.
func checkKazakhNumber(s string) error {
	if len(s) != 12 || strings.Trim(s, "0123456789") != "" {
		return Because(CodeMalformed)
	}
	sum := weigh(s, 0)
	if sum == 10 {
		sum = weigh(s, 2)
	}
	if sum != int(s[11]-'0') {
		return Because(CodeChecksum)
	}
	return nil
}

func weigh(s string, shift int) int {
	sum := 0
	for i := range 11 {
		sum += int(s[i]-'0') * ((i+shift)%11 + 1)
	}
	return sum % 11
}
