package auth

import (
	"encoding/gob"
	"errors"
	"io"
	"os/exec"
	"sync"
)

// hashing is one hash as it is asked of another process.
type hashing struct {
	Recipe   recipeForm
	Password string
	Size     uint32
}

// recipeForm is a recipe on its way.
type recipeForm struct {
	Memory, Passes uint32
	Threads        uint8
	Salt           []byte
}

// ServeHashes computes what it is asked for on in, one after the other, and answers on out, until in ends. It is what a
// process does that PasswordConfig.Worker starts.
func ServeHashes(in io.Reader, out io.Writer) error {
	yield()
	from, to := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var ask hashing
		switch err := from.Decode(&ask); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		r := recipe{memory: ask.Recipe.Memory, passes: ask.Recipe.Passes, threads: ask.Recipe.Threads, salt: ask.Recipe.Salt}
		if err := to.Encode(r.compute(ask.Password, ask.Size)); err != nil {
			return err
		}
	}
}

// hand computes one hash at a time: in a process of its own, which it starts when it is first needed and again when that
// has ended; or in this one.
type hand struct {
	start   func() *exec.Cmd // nil: in this process
	process *exec.Cmd
	in      io.Closer
	to      *gob.Encoder
	from    *gob.Decoder
}

// compute returns the hash of a password. Where the other process is not to be had it says why, and computes here.
func (h *hand) compute(r recipe, password string, size uint32) (hash []byte, trouble error) {
	if h.start == nil {
		return r.compute(password, size), nil
	}
	ask := hashing{recipeForm{r.memory, r.passes, r.threads, r.salt}, password, size}
	for range 2 { // a process may have ended since it was last asked
		if hash, trouble = h.ask(ask); trouble == nil {
			return hash, nil
		}
		h.close()
	}
	return r.compute(password, size), trouble
}

func (h *hand) ask(ask hashing) (hash []byte, err error) {
	if h.process == nil {
		if err := h.open(); err != nil {
			return nil, err
		}
	}
	if err := h.to.Encode(ask); err != nil {
		return nil, err
	}
	return hash, h.from.Decode(&hash)
}

func (h *hand) open() error {
	process := h.start()
	in, err := process.StdinPipe()
	if err != nil {
		return err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	h.process, h.in, h.to, h.from = process, in, gob.NewEncoder(in), gob.NewDecoder(out)
	return nil
}

// close ends the process, if there is one.
func (h *hand) close() {
	if h.process == nil {
		return
	}
	_ = h.in.Close()
	_ = h.process.Process.Kill() // it does nothing that needs an end
	_ = h.process.Wait()
	h.process = nil
}

// hands are those that are free, all of them at the beginning.
func hands(n int, start func() *exec.Cmd) chan *hand {
	out := make(chan *hand, n)
	for range n {
		out <- &hand{start: start}
	}
	return out
}

// Close ends the processes that hash, after what they are at. Afterwards nobody may ask any more.
func (p *Passwords) Close() error {
	var all sync.WaitGroup
	for range cap(p.hands) {
		all.Go(func() { (<-p.hands).close() })
	}
	all.Wait()
	return nil
}
