// Package imports reads other people's files into forms of the domain, row by row. It owns the formats, and the rules by
// which a level is set where a file has none. Which competences a text names it is told, by what reads pasted texts as well.
// What it cannot understand it says, with the row and the words; it drops nothing in silence. It keeps nothing itself:
// domain.Market does.
//
// # The rules of levels
//
// No file that is read here states levels. They are set by these rules and carry how they were set to the last line of
// every explanation.
//
//   - Words of level (inferred): a title, a topic or a column that says introduction, basics, beginner, "для начинающих",
//     "основы", "негіздері" gives 2; intermediate, "средний" 4; advanced, "продвинутый", "жоғары деңгей" 6. In a job ad
//     trainee and junior give 3, middle 5, senior and lead 6, architect 7.
//   - An occupation's ISCO-08 major group (assumed): managers and professionals (1, 2) need 6, technicians (3) 4, all
//     others 3; an optional competence is asked for one level lower.
//   - Everything else (assumed): a job ad asks for 4, a course leads to 3.
//
// # The rules of importance
//
// Essential is a must, optional is nice. A job ad that only lists names makes every one of them a must.
package imports
