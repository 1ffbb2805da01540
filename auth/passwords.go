package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"

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
	// Worker makes the command of a process that calls ServeHashes; each of those AtOnce has one. Defaults to nil: hashes
	// are computed in this process, whose other work then waits for them and for the collection of their memory.
	Worker func() *exec.Cmd
	// Logger is told when such a process cannot be had. Defaults to silence.
	Logger *slog.Logger
}

func (c PasswordConfig) withDefaults() PasswordConfig {
	orElse(&c.MemoryKiB, 19456)
	orElse(&c.Passes, 2)
	orElse(&c.Threads, 1)
	orElse(&c.AtOnce, max(1, runtime.GOMAXPROCS(0)/2))
	orElse(&c.Waiting, 64)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
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
	hands   chan *hand // that are free
	waiting atomic.Int64
	dummy   recipe // what is computed where there is no account, so that this takes as long
}

var _ domain.Passwords = (*Passwords)(nil)

// NewPasswords returns Passwords.
func NewPasswords(cfg PasswordConfig) *Passwords {
	cfg = cfg.withDefaults()
	return &Passwords{
		cfg: cfg, hands: hands(cfg.AtOnce, cfg.Worker),
		dummy: recipe{memory: cfg.MemoryKiB, passes: cfg.Passes, threads: cfg.Threads, salt: make([]byte, saltSize), hash: make([]byte, hashSize)},
	}
}

// Hash returns a password in PHC form, "$argon2id$v=19$m=…,t=…,p=…$salt$hash", after NFC. It returns Throttled (busy)
// when too many wait already, and ctx's error when that ends before its turn comes.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	r := recipe{memory: p.cfg.MemoryKiB, passes: p.cfg.Passes, threads: p.cfg.Threads, salt: make([]byte, saltSize)}
	if _, err := rand.Read(r.salt); err != nil {
		return "", err
	}
	var err error
	r.hash, err = p.compute(ctx, r, password, hashSize)
	return r.String(), err
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
	computed, err := p.compute(ctx, r, password, uint32(len(r.hash))) //nolint:gosec // parsed: at most 64
	if err != nil {
		return false, err
	}
	same := subtle.ConstantTimeCompare(computed, r.hash) == 1
	return same && hash != "", nil
}

// compute waits for a hand, which computes a hash.
func (p *Passwords) compute(ctx context.Context, r recipe, password string, size uint32) ([]byte, error) {
	h, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { p.hands <- h }()
	hash, trouble := h.compute(r, password, size)
	if trouble != nil {
		p.cfg.Logger.WarnContext(ctx, "a password was hashed in this process, since there is no other for it", "error", trouble)
	}
	return hash, nil
}

// enter waits for a hand, which is to be given back.
func (p *Passwords) enter(ctx context.Context) (*hand, error) {
	select {
	case h := <-p.hands:
		return h, nil
	default:
	}
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > int64(p.cfg.Waiting) {
		return nil, domain.Fail(domain.Throttled, domain.CodeBusy)
	}
	select {
	case h := <-p.hands:
		return h, nil
	case <-ctx.Done():
		return nil, ctx.Err()
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
