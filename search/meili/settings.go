package meili

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"

	"github.com/meilisearch/meilisearch-go"
)

// The fields that the API searches: words as package reading reads them, best first.
var wordFields = []string{"words.title", "words.competences", "words.organisation", "words.description"}

// The fields as people wrote them, best first, which forgive typing errors; "folded" is the twin of Kazakh ones.
var textFields = slices.Concat(inEvery("title", "title"), inEvery("competence_labels", "competences"),
	inEvery("organisation", "organisation"), inEvery("description", "description"))

// inEvery names a field in each language and its folded twin: asked for the field alone, Meilisearch looks at none.
func inEvery(field, twin string) []string {
	return []string{field + ".kk", field + ".ru", field + ".en", "folded." + twin}
}

// shown are the fields that a browser is given. The others are for finding only.
var shown = map[string][]string{
	demandIndex: {"id", "title", "description", "organisation", "organisation_id", "competence_labels", "own_competences", "kind", "occupation",
		"sector", "work_mode", "languages", "regions", "openings", "salary", "valid_through", "published"},
	programmeIndex: {"id", "title", "description", "organisation", "organisation_id", "competence_labels", "own_competences", "kind", "mode",
		"funding", "segments", "sectors", "languages", "regions", "weeks", "price", "starts", "published"},
}

// attributes names the field behind each attribute.
var attributes = map[search.Attribute]string{
	search.Region: "regions", search.Kind: "kind", search.Language: "languages", search.Competence: "own_competences",
	search.Organisation: "organisation_id", search.Mode: "mode", search.Funding: "funding", search.Segment: "segments",
	search.WorkMode: "work_mode", search.Sector: "sectors", search.Occupation: "occupation",
}

// most bounds what can be paged and how many values a facet has: an answer says all, or is not exact.
const most = 1_000_000

// settings returns what an index is to be like under a catalogue.
func settings(index string, c *competences) *meilisearch.Settings {
	switch index {
	case demandIndex:
		return marketSettings(c, shown[index], []string{"kind", "occupation", "sectors", "work_mode", "openings", "valid_through"},
			[]string{"openings", "salary", "valid_through"})
	case programmeIndex:
		return marketSettings(c, shown[index], []string{"kind", "mode", "funding", "segments", "sectors", "weeks", "price", "starts", "starts_in", "next_start"},
			[]string{"weeks", "price", "next_start"})
	case competenceIndex:
		return competenceSettings()
	default:
		return &meilisearch.Settings{}
	}
}

func marketSettings(c *competences, shown, filters, sorts []string) *meilisearch.Settings {
	return &meilisearch.Settings{
		SearchableAttributes: slices.Concat(wordFields, textFields),
		DisplayedAttributes:  shown,
		FilterableAttributes: slices.Concat([]string{"id", "regions", "everywhere", "languages", "organisation_id", "own_competences", "competences"}, filters),
		SortableAttributes:   slices.Concat([]string{"id", "published"}, sorts),
		RankingRules:         []string{"sort", "words", "typo", "attribute", "proximity", "exactness", "id:asc"},
		Synonyms:             c.synonyms(),
		LocalizedAttributes:  locales(),
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled: true, MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 5, TwoTypos: 9}, DisableOnAttributes: wordFields,
			DisableOnNumbers: true,
		},
		NonSeparatorTokens: []string{"#", "+"},
		Pagination:         &meilisearch.Pagination{MaxTotalHits: most},
		Faceting: &meilisearch.Faceting{MaxValuesPerFacet: most, SortFacetValuesBy: map[string]meilisearch.SortFacetType{
			"*": meilisearch.SortFacetTypeCount, "id": meilisearch.SortFacetTypeAlpha,
		}},
		ProximityPrecision: meilisearch.ByWord,
		SearchCutoffMs:     3000, // far above our own patience: what is cut would not be exact
	}
}

func competenceSettings() *meilisearch.Settings {
	return &meilisearch.Settings{
		SearchableAttributes: []string{"label", "folded.label", "synonyms", "folded.synonyms", "code"},
		FilterableAttributes: []string{"framework", "kind"},
		RankingRules:         []string{"words", "typo", "attribute", "proximity", "exactness", "id:asc"},
		SortableAttributes:   []string{"id"},
		LocalizedAttributes:  locales(),
		NonSeparatorTokens:   []string{"#", "+"},
		Pagination:           &meilisearch.Pagination{MaxTotalHits: 1000},
	}
}

// locales declare Russian and English texts. Meilisearch refuses Kazakh, so that stays undeclared; our own words are
// declared English so that nothing is guessed of them.
func locales() []*meilisearch.LocalizedAttributes {
	return []*meilisearch.LocalizedAttributes{
		{AttributePatterns: []string{"*.ru"}, Locales: []string{"rus"}},
		{AttributePatterns: []string{"*.en", "words.*"}, Locales: []string{"eng"}},
	}
}

// synonyms lists, for each synonym of a competence as a query asks for it, the labels that will do instead.
func synonyms(c *domain.Catalogue, r *reading.Catalogue) map[string][]string {
	out := make(map[string][]string)
	for _, k := range c.Competences() {
		if !k.InUse() {
			continue
		}
		for _, s := range slices.Concat(k.Synonyms.KK, k.Synonyms.RU, k.Synonyms.EN) {
			for _, u := range r.Units(s+" ", nil) {
				key := encode(u.Key)
				if key == "" || out[key] != nil {
					continue
				}
				for _, label := range u.Labels {
					out[key] = append(out[key], joined(label))
				}
			}
		}
	}
	return out
}

// joined writes stems one after the other.
func joined(stems []string) string { return encode(strings.Join(stems, " ")) }

// signs are written as letters in words: Meilisearch would cut the word at them. No word has these runs of letters.
var signs = strings.NewReplacer("+", "qpl", "#", "qsh", ".", "qdt", "/", "qsl", "&", "qnd", "-", "qda", "'", "qap")

func encode(stem string) string { return signs.Replace(stem) }

// sameSettings says whether an index is as it should be, so far as we care, and where not.
func sameSettings(want, is *meilisearch.Settings) (different string) {
	for _, part := range []struct {
		name     string
		want, is any
	}{
		{"rankingRules", want.RankingRules, is.RankingRules},
		{"searchableAttributes", want.SearchableAttributes, is.SearchableAttributes},
		{"displayedAttributes", orAll(want.DisplayedAttributes), orAll(is.DisplayedAttributes)},
		{"filterableAttributes", sorted(want.FilterableAttributes), sorted(is.FilterableAttributes)},
		{"sortableAttributes", sorted(want.SortableAttributes), sorted(is.SortableAttributes)},
		{"synonyms", want.Synonyms, is.Synonyms},
		{"localizedAttributes", want.LocalizedAttributes, is.LocalizedAttributes},
		{"typoTolerance", forgives(want.TypoTolerance), forgives(is.TypoTolerance)},
		{"nonSeparatorTokens", sorted(want.NonSeparatorTokens), sorted(is.NonSeparatorTokens)},
		{"pagination", want.Pagination, is.Pagination},
		{"faceting", want.Faceting, is.Faceting},
		{"proximityPrecision", want.ProximityPrecision, is.ProximityPrecision},
		{"searchCutoffMs", want.SearchCutoffMs, is.SearchCutoffMs},
	} {
		if !equal(part.want, part.is) {
			return part.name
		}
	}
	return ""
}

// forgives returns a tolerance with its lists in order, and none of them nil.
func forgives(t *meilisearch.TypoTolerance) *meilisearch.TypoTolerance {
	if t == nil {
		return nil
	}
	out := *t
	out.DisableOnWords, out.DisableOnAttributes = append([]string{}, sorted(t.DisableOnWords)...), append([]string{}, sorted(t.DisableOnAttributes)...)
	return &out
}

// orAll returns what is displayed: without a list, everything.
func orAll(list []string) []string {
	if len(list) == 0 {
		return []string{"*"}
	}
	return sorted(list)
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// equal compares as JSON. What we do not ask for may be as it likes.
func equal(want, is any) bool {
	x, errX := json.Marshal(want)
	y, errY := json.Marshal(is)
	switch string(x) {
	case "null", "[]", "{}", `""`, "0":
		return true
	}
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
