// Package domain says what the marketplace is and does, in plain Go: its nouns, their rules and transitions, the
// arithmetic of matching, and the verbs people call. It knows nothing of HTTP, SQL, search engines or tokens; what it
// needs of them it names as a small interface (a port), and the packages around it adapt to that.
//
// # Glossary
//
//   - A competence is one thing a person can know or do, from a framework, with a stable id ("esco:…", "digcomp:1.1").
//   - A framework is a versioned set of competences: ESCO digital skills, DigComp, e-CF, a house list.
//   - A level is proficiency in one competence, 1 to 8, Kopir's own ladder. Its source says who set it: declared by the
//     owner, inferred from text, or assumed by a rule.
//   - An NQF level is of a qualification (1 to 8) and says nothing about one outcome.
//   - A demand is an employer's published need: requirements, openings, place, dates.
//   - A requirement is one line of a demand: competence, level, importance (must, should, nice).
//   - A programme is what an institution teaches, from a degree to a two-week course.
//   - An outcome is one line of a programme: competence and the level reached. A prerequisite is what entering needs.
//   - An intake is one start of a programme: dates, seats, place.
//   - An API key lets a machine act for one organisation; a scope is something that it may do.
//   - Coverage is how much of a set of requirements is met, 0 to 1, as an exact fraction.
//   - A team is an employer's roles and the staff to fill them, each known by a key; an offer is a programme with its seats.
//   - A match is a pair with its coverage and the arithmetic behind it.
//   - A goal is what a learner wants to meet: requirements, a demand's or an occupation's. The gap to it is what own levels
//     lack; a path is programmes to take one after the other to come near it.
//   - A mention is a competence that a text names, where it stands there. A verdict is somebody's word on whether it does.
//   - An identity is who an account is at an OpenID provider; a ticket is what somebody comes back with from there.
//   - Public is what everybody may see, listed what searches and matching find. What an administrator has hidden is neither.
//   - A report is somebody's word that something is wrong with a demand or a programme.
//   - A deed is an entry of the audit: who did what to what.
//
// # How it is laid out
//
// Values that cannot be invalid (values.go, date.go, registration.go), the nouns (organisation.go, account.go,
// catalogue.go, demand.go, programme.go, report.go), how things are hidden and what is noted of it all (moderation.go,
// audit.go), what is wrong with an input (fault.go, reason.go), relations between competences and the arithmetic
// (relation.go, matching.go), goals and the paths to them (goal.go, path.go), who of a team learns what (team.go,
// team_plan.go, and how it is found: team_cover.go, team_search.go, team_approach.go), the ports (ports.go), and the
// verbs (use_*.go).
//
// Nothing here asks for the time: it is an argument. Nothing here decides an order with a float.
package domain
