package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"kopir/domain"
)

// PasswordConfig says how much work a password is. The zero value of each field means its default; the defaults are the
// second choice of OWASP's Password Storage Cheat Sheet.
type PasswordConfig struct {
	// MemoryKiB is the memory of one hash. Defaults to 19456 (19 MiB).
	MemoryKiB uint32
	// Passes is how often that memory is gone through. Defaults to 2.
	Passes uint32
	// Threads is the parallelism of one hash. Defaults to 1.
	Threads uint8
	// AtOnce is how many hashes are computed at the same time. Defaults to half of the processors, the rest being for
	// those who do not sign in; at least 1.
	AtOnce int
	// Waiting is how many more may wait for their turn; beyond it callers are turned away. Defaults to 64.
	Waiting int
}

func (c PasswordConfig) withDefaults() PasswordConfig {
	orElse(&c.MemoryKiB, 19456)
	orElse(&c.Passes, 2)
	orElse(&c.Threads, 1)
	orElse(&c.AtOnce, max(1, runtime.GOMAXPROCS(0)/2))
	orElse(&c.Waiting, 64)
	return c
}

func orElse[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Sizes of what a hash is made of, in bytes.
const (
	saltSize = 16
	hashSize = 32
)

// Passwords hashes passwords with argon2id, a bounded number at a time, so that a flood of logins exhausts neither the
// memory nor the processors.
type Passwords struct {
	cfg     PasswordConfig
	slots   chan struct{}
	waiting atomic.Int64
	dummy   recipe // what is computed where there is no account, so that this takes as long
}

var _ domain.Passwords = (*Passwords)(nil)

// NewPasswords returns Passwords.
func NewPasswords(cfg PasswordConfig) *Passwords {
	cfg = cfg.withDefaults()
	return &Passwords{
		cfg: cfg, slots: make(chan struct{}, cfg.AtOnce),
		dummy: recipe{memory: cfg.MemoryKiB, passes: cfg.Passes, threads: cfg.Threads, salt: make([]byte, saltSize), hash: make([]byte, hashSize)},
	}
}

// Hash returns a password in PHC form, "$argon2id$v=19$m=…,t=…,p=…$salt$hash", after NFC. It returns Throttled (busy)
// when too many wait already, and ctx's error when that ends before its turn comes.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	r := recipe{memory: p.cfg.MemoryKiB, passes: p.cfg.Passes, threads: p.cfg.Threads, salt: make([]byte, saltSize)}
	if _, err := rand.Read(r.salt); err != nil {
		return "", err
	}
	r.hash = r.compute(password, hashSize)
	return r.String(), nil
}

// Check says whether a password, after NFC, is the one of a hash. An empty hash takes as long and says no. Besides
// Hash's errors it returns one for a hash that is not in PHC form: that is a defect, not a wrong password.
func (p *Passwords) Check(ctx context.Context, hash, password string) (bool, error) {
	r := p.dummy
	if hash != "" {
		var err error
		if r, err = parseRecipe(hash); err != nil {
			return false, err
		}
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	same := subtle.ConstantTimeCompare(r.compute(password, uint32(len(r.hash))), r.hash) == 1 //nolint:gosec // parsed: at most 64
	return same && hash != "", nil
}

// enter waits for a slot; leave gives it back.
func (p *Passwords) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return p.leaving(), nil
	default:
	}
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > int64(p.cfg.Waiting) {
		return nil, domain.Fail(domain.Throttled, domain.CodeBusy)
	}
	select {
	case p.slots <- struct{}{}:
		return p.leaving(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// leaving returns what gives a slot back: at once, or in a flood, when others wait, after as long as it was used. So a flood
// of logins has a quarter of the processors, and those who do not sign in hardly notice.
func (p *Passwords) leaving() (leave func()) {
	began := time.Now()
	return func() {
		if p.waiting.Load() == 0 {
			<-p.slots
			return
		}
		time.AfterFunc(time.Since(began), func() { <-p.slots })
	}
}

// recipe is a hash with all that is needed to compute it again.
type recipe struct {
	memory, passes uint32
	threads        uint8
	salt, hash     []byte
}

func (r recipe) compute(password string, size uint32) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), r.salt, r.passes, r.memory, r.threads, size)
}

// String returns the recipe in PHC form.
func (r recipe) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, r.memory, r.passes, r.threads,
		b64.EncodeToString(r.salt), b64.EncodeToString(r.hash))
}

var errRecipe = errors.New("the stored password hash is not argon2id in PHC form")

// parseRecipe reads the PHC form, within bounds that a damaged row cannot use to exhaust memory.
func parseRecipe(s string) (recipe, error) {
	var r recipe
	var version int
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return r, errRecipe
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return r, errRecipe
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &r.memory, &r.passes, &r.threads); err != nil {
		return r, errRecipe
	}
	var errSalt, errHash error
	r.salt, errSalt = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	r.hash, errHash = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	const mostMemory, mostPasses, mostBytes = 1 << 20, 64, 64
	if errSalt != nil || errHash != nil || len(r.salt) < 8 || len(r.salt) > mostBytes || len(r.hash) < 16 || len(r.hash) > mostBytes ||
		r.memory < 8 || r.memory > mostMemory || r.passes < 1 || r.passes > mostPasses || r.threads < 1 {
		return r, errRecipe
	}
	return r, nil
}
