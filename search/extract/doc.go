// Package extract finds the competences that a text names: a job ad, a syllabus, a CV, in Kazakh, Russian, English or a
// mix of them. It owns the dictionary of names, made from a catalogue, what tells a name from an ordinary word that is
// written alike, how sure one can be, and what a text says around a name: how well it is to be known, how much it
// matters, or that it is not asked for.
//
//	catalogue  New    an engine; it does not change, and is safe for concurrent use
//	text       Find   mentions, in the order of the text, none within another
//
// It runs in memory and knows no database and no model of language: the same text has the same mentions in every process,
// and each can be explained by the name that was found. What a word is, is the business of package words; what people
// confirmed or rejected comes later, in domain.
package extract
