package coverage

import "kopir/domain"

// held is a competence, by number, and a level in it.
type held struct {
	competence uint32
	level      domain.Level
}

// serves says that a competence serves requirements for another one, and where in levels its level stands then.
type serves struct {
	asked uint32
	place uint8
}

// kinship answers what an offered competence serves: domain.Relations.Serving turned round, once for a catalogue. It
// never changes.
type kinship struct {
	edition string
	known   bool       // there is a catalogue
	serves  [][]serves // by offered competence
}

// newKinship numbers the catalogue's competences. Without a catalogue every competence serves itself alone.
func newKinship(c *domain.Catalogue, names *dictionary[domain.CompetenceID]) *kinship {
	if c == nil {
		return &kinship{}
	}
	k := &kinship{edition: c.Edition(), known: true}
	for _, competence := range c.Competences() {
		asked := names.number(competence.ID)
		for _, kin := range c.Relations().Serving(competence.ID) {
			offered := int(names.number(kin.ID))
			for len(k.serves) <= offered {
				k.serves = append(k.serves, nil)
			}
			k.serves[offered] = append(k.serves[offered], serves{asked, place(kin.Relation.Quarters())})
		}
	}
	return k
}

// reach collects the best levels for every competence that something serves. The zero value is ready for use.
type reach struct {
	levels  []levels // by asked competence
	touched []uint32
}

// reset forgets what was added, and makes room for n competences.
func (r *reach) reset(n int) {
	for _, asked := range r.touched {
		r.levels[asked] = 0
	}
	r.touched = r.touched[:0]
	if n > len(r.levels) {
		r.levels = make([]levels, n)
	}
}

// add adds what the holder of something reaches by it. What the catalogue does not know serves itself.
func (r *reach) add(k *kinship, h held) {
	if h.level == 0 {
		return
	}
	if int(h.competence) >= len(k.serves) || len(k.serves[h.competence]) == 0 {
		r.raise(serves{h.competence, place(4)}, h.level)
		return
	}
	for _, s := range k.serves[h.competence] {
		r.raise(s, h.level)
	}
}

func (r *reach) raise(s serves, level domain.Level) {
	if n := int(s.asked) + 1; n > len(r.levels) { // numbered since reset
		r.levels = append(r.levels, make([]levels, n-len(r.levels))...)
	}
	was, mask := r.levels[s.asked], levels(15)<<s.place
	now := levels(level) << s.place
	if was&mask >= now {
		return
	}
	if was == 0 {
		r.touched = append(r.touched, s.asked)
	}
	r.levels[s.asked] = was&^mask | now
}

// of returns the levels held for an asked competence.
func (r *reach) of(asked uint32) levels {
	if int(asked) >= len(r.levels) {
		return 0
	}
	return r.levels[asked]
}
