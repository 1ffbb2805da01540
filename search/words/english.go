package words

import "strings"

// whole are English words that end like a plural, an -ing or an -ed form and are none, or mean something else
// without it: marketing is not a market, Windows are not windows.
var whole = set("accounting always anything banking building centos ceiling chaos during engineering evening everything " +
	"hundred indeed kubernetes lightning macos marketing meeting morning news nothing pandas perhaps programming series " +
	"something species windows")

// irregular are the plurals that no rule makes.
var irregular = map[string]string{"analyses": "analysis", "appendices": "appendix", "axes": "axis", "children": "child",
	"crises": "crisis", "criteria": "criterion", "hypotheses": "hypothesis", "indices": "index", "matrices": "matrix",
	"phenomena": "phenomenon", "theses": "thesis", "vertices": "vertex"}

// american are stems whose British spelling no rule makes.
var american = map[string]string{"behavior": "behaviour", "catalog": "catalogu", "center": "centr", "color": "colour", "fiber": "fibr",
	"labor": "labour"}

// bare are the names that people write with and without ".js".
var bare = map[string]string{"reactjs": "react", "vuejs": "vue", "jqueryjs": "jquery", "sveltejs": "svelte", "reduxjs": "redux"}

// english takes off the endings of grammar, and no others: steps 0, 1 and 5 of the Porter2 stemmer
// (snowballstem.org/algorithms/english), without those that also take -ation, -er, -ment, -ness and so merge
// university with universe and organisation with organ.
func english(w string) string {
	if s, ok := bare[w]; ok {
		return s
	}
	if _, ok := whole[w]; ok || len(w) <= 3 || strings.HasSuffix(w, "js") {
		return w
	}
	if s, ok := irregular[w]; ok {
		w = s
	}
	w = singular(w)
	if _, ok := whole[w]; !ok {
		w = infinitive(w)
	}
	r1, r2 := regions(w)
	switch last := len(w) - 1; {
	case w[last] == 'e' && last >= 3 && (last >= r2 || last >= r1 && !shortSyllable(w[:last])):
		w = w[:last]
	case w[last] == 'l' && last >= r2 && w[last-1] == 'l':
		w = w[:last]
	}
	return british(w)
}

func singular(w string) string {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case strings.HasSuffix(w, "ie") && n > 4:
		return w[:n-2] + "y" // cookie, as cookies
	case strings.HasSuffix(w, "sses"):
		return w[:n-2]
	case w[n-1] != 's' || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is") && n > 4:
		return w
	case hasVowel(w[:n-2]):
		return w[:n-1]
	}
	return w
}

func infinitive(w string) string {
	var rest string
	switch {
	case strings.HasSuffix(w, "eed"):
		return w
	case strings.HasSuffix(w, "ied") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "ing"):
		rest = w[:len(w)-3]
	case strings.HasSuffix(w, "ed"):
		rest = w[:len(w)-2]
	}
	if len(rest) < 3 || !hasVowel(rest) {
		return w
	}
	n := len(rest)
	if rest[n-1] == rest[n-2] && strings.IndexByte("bdfgmnprt", rest[n-1]) >= 0 {
		return rest[:n-1]
	}
	if r1, _ := regions(rest); r1 >= n && shortSyllable(rest) {
		return rest + "e"
	}
	return rest
}

func isVowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }

func hasVowel(w string) bool { return strings.ContainsAny(w, "aeiouy") }

// regions are Porter's R1 and R2: where w goes on after the first vowel with a consonant behind it, and after the
// second.
func regions(w string) (r1, r2 int) {
	after := func(i int) int {
		for i++; i < len(w); i++ {
			if !isVowel(w[i]) && isVowel(w[i-1]) {
				return i + 1
			}
		}
		return len(w)
	}
	r1 = after(0)
	return r1, after(r1)
}

// shortSyllable reports whether w ends with a vowel between single consonants, as hop and cod do.
func shortSyllable(w string) bool {
	n := len(w)
	switch {
	case n < 2 || isVowel(w[n-1]) || !isVowel(w[n-2]):
		return false
	case n == 2:
		return true
	}
	return strings.IndexByte("wxy", w[n-1]) < 0 && !isVowel(w[n-3])
}

// british writes American stems the British way: -iz as -is, -or as -our.
func british(w string) string {
	for _, end := range [...]string{"iz", "yz", "ization", "izer", "izat"} {
		if base, ok := strings.CutSuffix(w, end); ok && len(base) > 2 {
			return base + strings.Replace(end, "z", "s", 1)
		}
	}
	if s, ok := american[w]; ok {
		return s
	}
	return w
}
