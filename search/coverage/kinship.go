package coverage

import "kopir/domain"

// held is a level in bits 0 to 3, and above it the number of the competence.
type held uint32

func newHeld(competence uint32, l domain.Level) held { return held(competence<<4 | uint32(l)) }

func (h held) competence() uint32  { return uint32(h >> 4) }
func (h held) level() domain.Level { return domain.Level(h & 15) }

// serves says that a competence serves requirements for another one, and where in levels its level stands then.
type serves struct {
	asked uint32
	place uint8
}

// served says that a competence is served by another one, and where in levels its level stands then.
type served struct {
	offered uint32
	place   uint8
}

// kinship answers what an offered competence serves: domain.Relations.Serving turned round, once for a catalogue. It
// never changes.
type kinship struct {
	edition string
	known   bool       // there is a catalogue
	serves  [][]serves // by offered competence
	served  [][]served // by asked competence: the same turned round
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
			for len(k.served) <= int(asked) {
				k.served = append(k.served, nil)
			}
			k.served[asked] = append(k.served[asked], served{uint32(offered), place(kin.Relation.Quarters())}) //nolint:gosec // a number
		}
	}
	return k
}

// serving yields what serves an asked competence. What the catalogue does not know is served by itself.
func (k *kinship) serving(asked uint32, yield func(served)) {
	if int(asked) < len(k.served) && len(k.served[asked]) > 0 {
		for _, s := range k.served[asked] {
			yield(s)
		}
		return
	}
	yield(served{asked, place(4)})
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
	if h.level() == 0 {
		return
	}
	if c := int(h.competence()); c < len(k.serves) && len(k.serves[c]) > 0 {
		for _, s := range k.serves[c] {
			r.raise(s, h.level())
		}
		return
	}
	r.raise(serves{h.competence(), place(4)}, h.level())
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
