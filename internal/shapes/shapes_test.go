package shapes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/internal/shapes"
)

func posting() shapes.Node {
	return shapes.Node{
		"@type": "JobPosting", "title": "Developer", "description": "Develops.", "datePosted": "2026-11-23",
		"hiringOrganization": shapes.Node{"@type": "Organization", "name": "Dala"},
		"jobLocation":        shapes.Node{"@type": "Place", "address": shapes.Node{"@type": "PostalAddress", "addressCountry": "KZ"}},
		"baseSalary": shapes.Node{"@type": "MonetaryAmount", "currency": "KZT", "value": shapes.Node{
			"@type": "QuantitativeValue", "unitText": "MONTH", "minValue": 1.0}},
		"https://kopir.kz/ns/columns#work_mode": "hybrid",
	}
}

func TestASoundDocumentHasNoFaults(t *testing.T) {
	require.Empty(t, shapes.Schema.Faults(posting()))
	require.Equal(t, []string{"JobPosting.employmentType", "JobPosting.identifier", "JobPosting.validThrough"}, shapes.Schema.Lacks(posting()))
}

func TestWhatIsMissingIsAFaultOfItsPlace(t *testing.T) {
	required := shapes.Schema.Required(posting())
	require.Equal(t, []string{
		"/title", "/description", "/datePosted", "/hiringOrganization", "/hiringOrganization/name", "/jobLocation/address",
		"/jobLocation/address/addressCountry", "/baseSalary/currency", "/baseSalary/value", "/baseSalary/value/unitText",
	}, required)
	for _, place := range required {
		require.Equal(t, []string{place + ": has 0 values, at least 1 must be"}, shapes.Schema.Faults(shapes.Without(posting(), place)))
	}
	for place, fault := range map[string]string{
		"/jobLocation": ": neither says where the work is nor that it is remote", "/baseSalary/value/minValue": "/baseSalary/value: has no value",
	} {
		require.Equal(t, []string{fault}, shapes.Schema.Faults(shapes.Without(posting(), place)))
	}
}

func TestWhatIsWrongIsAFaultOfItsPlace(t *testing.T) {
	for name, value := range map[string]any{
		"title": "", "datePosted": "23.11.2026", "hiringOrganization": "Dala", "dateModified": "2026-11-23", "employmentType": "GIG",
		"totalJobOpenings": "3", "skills": shapes.Node{"@type": "Place"}, "jobLocationType": []any{"TELECOMMUTE", "TELECOMMUTE"},
	} {
		n := posting()
		n[name] = value
		faults := shapes.Schema.Faults(n)
		require.Len(t, faults, 1, name)
		require.Contains(t, faults[0], "/"+name)
	}
	require.NotEmpty(t, shapes.Schema.Faults(shapes.Node{"@type": "Thing"}), "a type without a shape")
	require.NotEmpty(t, shapes.Schema.Faults(shapes.Node{"name": "x"}), "no type")
}
