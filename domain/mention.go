package domain

// Mention is a competence that a text names.
type Mention struct {
	Start, End int    // characters of the text
	Words      string // as they stand there
	Key        string // the words as what people say of them is remembered, whatever their endings
	Competence CompetenceID
	Others     []CompetenceID // that the words may name as well, likeliest first
	Confidence float64        // how likely somebody confirms it, 0 to 1
	Level      Level          // 0 where the text says none
	Importance Importance     // "" where the text says none
}

// Certainty sorts confidence into what a reader can act upon.
type Certainty string

// The certainties. What is low is shown and not proposed.
const (
	High   Certainty = "high"   // nine of ten are confirmed
	Medium Certainty = "medium" // more than two of three
	Low    Certainty = "low"
)

// Least confidence of each certainty, and of being shown at all.
const (
	HighFrom   = 0.85
	MediumFrom = 0.6
	ShownFrom  = 0.3
)

// Certainty returns the class of a mention's confidence.
func (m *Mention) Certainty() Certainty {
	switch {
	case m.Confidence >= HighFrom:
		return High
	case m.Confidence >= MediumFrom:
		return Medium
	default:
		return Low
	}
}
