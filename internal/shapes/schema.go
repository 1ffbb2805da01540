package shapes

import "strings"

const (
	day      = `^\d{4}-\d\d-\d\d$`
	moment   = `^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$`
	address  = `^https?://[^\s/]+(/\S*)?$`
	currency = `^[A-Z]{3}$`
	duration = `^P(\d+[YMWD])*(T(\d+[HMS])+)?$`
)

// Schema is the part of https://schema.org, release 30, that a demand and a programme are written in. What must be there is
// what search engines require of a job and of a course, and a type has the properties that it has there (developers.google.com/search/docs/appearance/structured-data,
// job-posting and course-info), what is asked for what they recommend.
var Schema = Set{
	"JobPosting": {Properties: []Property{
		{Name: "title", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}},
		{Name: "description", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}},
		{Name: "datePosted", Least: 1, Most: 1, Is: []Kind{Text(day)}},
		{Name: "validThrough", Most: 1, Asked: true, Is: []Kind{Text(moment)}},
		{Name: "hiringOrganization", Least: 1, Most: 1, Is: []Kind{A("Organization")}},
		{Name: "jobLocation", Is: []Kind{A("Place")}},
		{Name: "jobLocationType", Most: 1, Is: []Kind{Text(`^TELECOMMUTE$`)}},
		{Name: "applicantLocationRequirements", Is: []Kind{A("Country")}},
		{Name: "baseSalary", Most: 1, Asked: true, Is: []Kind{A("MonetaryAmount")}},
		{Name: "employmentType", Asked: true, Is: []Kind{Text(`^(FULL_TIME|PART_TIME|CONTRACTOR|TEMPORARY|INTERN|VOLUNTEER|PER_DIEM|OTHER)$`)}},
		{Name: "identifier", Most: 1, Asked: true, Is: []Kind{A("PropertyValue")}},
		{Name: "url", Most: 1, Is: []Kind{Text(address)}},
		{Name: "skills", Is: []Kind{A("DefinedTerm")}},
		{Name: "occupationalCategory", Is: []Kind{A("CategoryCode")}},
		{Name: "industry", Is: []Kind{A("DefinedTerm")}},
		{Name: "totalJobOpenings", Most: 1, Is: []Kind{Number(1)}},
	}, Whole: wherePostingIs},
	"Course": {Properties: append([]Property{
		{Name: "hasCourseInstance", Is: []Kind{A("CourseInstance")}},
		{Name: "educationalCredentialAwarded", Most: 1, Is: []Kind{A("EducationalOccupationalCredential")}},
		{Name: "teaches", Is: []Kind{A("DefinedTerm")}},
		{Name: "competencyRequired", Is: []Kind{A("DefinedTerm")}},
		{Name: "inLanguage", Is: []Kind{Text(`^[a-z]{2,3}(-[A-Za-z0-9]+)*$`)}},
		{Name: "timeRequired", Most: 1, Is: []Kind{Text(duration)}},
		{Name: "dateModified", Most: 1, Is: []Kind{Text(moment)}},
		{Name: "isAccessibleForFree", Most: 1, Is: []Kind{Truth}},
		{Name: "educationalLevel", Most: 1, Is: []Kind{A("DefinedTerm")}},
		{Name: "audience", Is: []Kind{A("EducationalAudience")}},
	}, taught...), Whole: aloneIsOffered},
	"EducationalOccupationalProgram": {Properties: append([]Property{
		{Name: "programType", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}},
		{Name: "educationalCredentialAwarded", Most: 1, Is: []Kind{A("EducationalOccupationalCredential")}},
		{Name: "occupationalCredentialAwarded", Most: 1, Is: []Kind{A("EducationalOccupationalCredential")}},
		{Name: "educationalProgramMode", Least: 1, Most: 1, Is: []Kind{Text(modes)}},
		{Name: "hasCourse", Least: 1, Is: []Kind{A("Course")}},
		{Name: "timeToComplete", Most: 1, Asked: true, Is: []Kind{Text(duration)}},
		{Name: "startDate", Most: 1, Is: []Kind{Text(day)}}, {Name: "endDate", Most: 1, Is: []Kind{Text(day)}},
		{Name: "applicationDeadline", Most: 1, Is: []Kind{Text(day)}},
		{Name: "maximumEnrollment", Most: 1, Is: []Kind{Number(1)}},
	}, taught...)},
	"CourseInstance": {Properties: []Property{
		{Name: "courseMode", Least: 1, Is: []Kind{Text(modes)}},
		{Name: "courseWorkload", Most: 1, Asked: true, Is: []Kind{Text(duration)}},
		{Name: "courseSchedule", Most: 1, Is: []Kind{A("Schedule")}},
		{Name: "startDate", Most: 1, Is: []Kind{Text(day)}}, {Name: "endDate", Most: 1, Is: []Kind{Text(day)}},
		{Name: "maximumAttendeeCapacity", Most: 1, Is: []Kind{Number(1)}},
		{Name: "location", Is: []Kind{A("Place")}},
	}},
	"Schedule": {Properties: []Property{
		{Name: "repeatCount", Least: 1, Most: 1, Is: []Kind{Number(1)}},
		{Name: "repeatFrequency", Least: 1, Most: 1, Is: []Kind{Text(`^(Daily|Weekly|Monthly|Yearly)$`)}},
	}},
	"Offer": {Properties: []Property{
		{Name: "category", Least: 1, Most: 1, Is: []Kind{Text(`^(Free|Partially Free|Subscription|Paid)$`)}},
		{Name: "price", Most: 1, Is: []Kind{Number(0)}},
		{Name: "priceCurrency", Most: 1, Is: []Kind{Text(currency)}},
	}, Whole: together("price", "priceCurrency")},
	"Organization": {Properties: []Property{{Name: "name", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}}},
	"Country":      {Properties: []Property{{Name: "name", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}}},
	"Place":        {Properties: []Property{{Name: "address", Least: 1, Most: 1, Is: []Kind{A("PostalAddress")}}}},
	"PostalAddress": {Properties: []Property{
		{Name: "addressCountry", Least: 1, Most: 1, Is: []Kind{Text(`^[A-Z]{2}$`)}},
		{Name: "addressRegion", Most: 1, Is: []Kind{Text(`\S`)}},
	}},
	"MonetaryAmount": {Properties: []Property{
		{Name: "currency", Least: 1, Most: 1, Is: []Kind{Text(currency)}},
		{Name: "value", Least: 1, Most: 1, Is: []Kind{A("QuantitativeValue")}},
	}},
	"QuantitativeValue": {Properties: []Property{
		{Name: "unitText", Least: 1, Most: 1, Is: []Kind{Text(`^(HOUR|DAY|WEEK|MONTH|YEAR)$`)}},
		{Name: "value", Most: 1, Is: []Kind{Number(0)}},
		{Name: "minValue", Most: 1, Is: []Kind{Number(0)}}, {Name: "maxValue", Most: 1, Is: []Kind{Number(0)}},
	}, Whole: func(n Node) string {
		if n["value"] == nil && n["minValue"] == nil && n["maxValue"] == nil {
			return "has no value"
		}
		return ""
	}},
	"PropertyValue": {Properties: []Property{
		{Name: "name", Most: 1, Is: []Kind{Text(`\S`)}}, {Name: "propertyID", Most: 1, Is: []Kind{Text(address)}},
		{Name: "value", Least: 1, Most: 1, Is: []Kind{Text(``), empty}},
	}},
	"CategoryCode": {Properties: []Property{
		{Name: "codeValue", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}, {Name: "inCodeSet", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}},
	}},
	"DefinedTerm": {Properties: []Property{
		{Name: "termCode", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}, {Name: "name", Most: 1, Is: []Kind{Text(`\S`)}},
		{Name: "inDefinedTermSet", Most: 1, Is: []Kind{Text(`\S`)}},
	}},
	"EducationalAudience":               {Properties: []Property{{Name: "audienceType", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}}},
	"EducationalOccupationalCredential": {Properties: []Property{{Name: "credentialCategory", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}}},
}

const modes = `^(Online|Onsite|Blended)$`

// taught is what courses and programmes have alike.
var taught = []Property{
	{Name: "name", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}},
	{Name: "description", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}},
	{Name: "provider", Least: 1, Most: 1, Is: []Kind{A("Organization")}},
	{Name: "identifier", Most: 1, Is: []Kind{Text(`\S`)}},
	{Name: "url", Most: 1, Is: []Kind{Text(address)}},
	{Name: "offers", Is: []Kind{A("Offer")}},
	{Name: "numberOfCredits", Most: 1, Is: []Kind{Number(1)}},
}

// wherePostingIs is what search engines require of a place: one, or else that the work is remote and from where.
func wherePostingIs(n Node) string {
	switch {
	case n["jobLocation"] == nil && n["jobLocationType"] == nil:
		return "neither says where the work is nor that it is remote"
	case n["jobLocationType"] != nil && n["jobLocation"] == nil && n["applicantLocationRequirements"] == nil:
		return "is remote and does not say from where"
	}
	return ""
}

// aloneIsOffered is what search engines require of a course that stands alone: what it costs, and how it is taught. The course
// of a programme leaves both to the programme.
func aloneIsOffered(n Node) string {
	if n["@id"] != nil && (n["offers"] == nil || n["hasCourseInstance"] == nil) {
		return "does not say what it costs or how it is taught"
	}
	return ""
}

// together says that of some properties there are all or none.
func together(names ...string) func(Node) string {
	return func(n Node) string {
		var missing []string
		for _, name := range names {
			if n[name] == nil {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 && len(missing) < len(names) {
			return "lacks " + strings.Join(missing, " and ")
		}
		return ""
	}
}

// empty is a text without any characters: the value of a cell that is to be read as empty.
func empty(_ Set, v any) []string {
	if v != "" {
		return []string{": is no empty text"}
	}
	return nil
}
