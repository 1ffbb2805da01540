package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"kopir/domain"
)

// light is argon2id with as little work as it takes.
func light() PasswordConfig { return PasswordConfig{MemoryKiB: 64, Passes: 1} }

func TestAPasswordIsTakenAgainAndNoOther(t *testing.T) {
	p := NewPasswords(light())
	hash, err := p.Hash(t.Context(), "bridge-between-both-banks")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$"), hash)

	for password, want := range map[string]bool{
		"bridge-between-both-banks": true, "bridge-between-both-bankS": false, "": false, "bridge-between-both-banks ": false,
	} {
		ok, err := p.Check(t.Context(), hash, password)
		require.NoError(t, err)
		require.Equal(t, want, ok, password)
	}
	again, err := p.Hash(t.Context(), "bridge-between-both-banks")
	require.NoError(t, err)
	require.NotEqual(t, hash, again, "each hash has a salt of its own")
}

func TestTheDefaultsAreThoseOfTheCheatSheet(t *testing.T) {
	hash, err := NewPasswords(PasswordConfig{}).Hash(t.Context(), "көпір екі жағаны қосады")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), hash)
}

func TestComposedAndDecomposedLettersAreOnePassword(t *testing.T) {
	p := NewPasswords(light())
	password := "йод ёлка й ещё ёж"
	require.NotEqual(t, norm.NFC.String(password), norm.NFD.String(password))
	hash, err := p.Hash(t.Context(), norm.NFD.String(password))
	require.NoError(t, err)
	ok, err := p.Check(t.Context(), hash, norm.NFC.String(password))
	require.NoError(t, err)
	require.True(t, ok)
}

func TestAPasswordOfMoreThan72BytesCountsToItsEnd(t *testing.T) {
	p := NewPasswords(light())
	long := strings.Repeat("ұзақ ", 25)
	hash, err := p.Hash(t.Context(), long+"а")
	require.NoError(t, err)
	ok, err := p.Check(t.Context(), hash, long+"б")
	require.NoError(t, err)
	require.False(t, ok)
}

func TestNoAccountSaysNoAfterTheSameWork(t *testing.T) {
	p := NewPasswords(light())
	ok, err := p.Check(t.Context(), "", "bridge-between-both-banks")
	require.NoError(t, err)
	require.False(t, ok)
	require.Equal(t, p.cfg.MemoryKiB, p.dummy.memory)
	require.Equal(t, p.cfg.Passes, p.dummy.passes)

	// Even the one password that would give the dummy's hash is refused.
	p.dummy.hash = p.dummy.compute("known", hashSize)
	ok, err = p.Check(t.Context(), "", "known")
	require.NoError(t, err)
	require.False(t, ok)
	ok, err = p.Check(t.Context(), p.dummy.String(), "known")
	require.NoError(t, err)
	require.True(t, ok, "negative control: as a stored hash it is taken")
}

func TestADamagedHashIsADefectAndNotAWrongPassword(t *testing.T) {
	p := NewPasswords(light())
	good, err := p.Hash(t.Context(), "bridge-between-both-banks")
	require.NoError(t, err)
	for _, damaged := range []string{
		"x", "$argon2id$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4294967295", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=100000", 1), strings.Replace(good, "p=1", "p=0", 1), good + "$", good[:len(good)-30], good + "!",
	} {
		_, err := p.Check(t.Context(), damaged, "bridge-between-both-banks")
		require.Error(t, err, damaged)
		require.Zero(t, domain.KindOf(err), damaged)
	}
}

func TestHashingIsBoundedInNumber(t *testing.T) {
	p := NewPasswords(PasswordConfig{MemoryKiB: 64, Passes: 1, AtOnce: 2, Waiting: 1})
	hand1, err := p.enter(t.Context())
	require.NoError(t, err)
	hand2, err := p.enter(t.Context())
	require.NoError(t, err)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.Hash(ended, "waits for its turn, in vain")
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, p.waiting.Load(), "who gave up does not wait any more")

	p.waiting.Store(1) // somebody waits
	_, err = p.Hash(t.Context(), "one too many")
	require.Equal(t, domain.Throttled, domain.KindOf(err))
	var failed *domain.Error
	require.True(t, errors.As(err, &failed))
	require.Equal(t, domain.CodeBusy, failed.Reason.Code)
	p.waiting.Store(0)

	p.hands <- hand1
	_, err = p.Hash(t.Context(), "has a slot now")
	require.NoError(t, err)
	p.hands <- hand2
}

func TestManyAtOnceAllGetTheirTurn(t *testing.T) {
	p := NewPasswords(light())
	var wg sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		wg.Go(func() { _, errs[i] = p.Hash(t.Context(), "bridge-between-both-banks") })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Len(t, p.hands, cap(p.hands))
	require.Zero(t, p.waiting.Load())
}

func TestCommonPasswordsAreRefused(t *testing.T) {
	p := NewPasswords(light())
	for _, password := range []string{
		"aaaaaaaaaaaaaaa", "abababababababab", "111111111111111", "абвабвабвабвабвабв", "               ", "passwordpassword",
		"PasswordPassword1", "password-password-12", "123123123123123", "qwerty123qwerty123", "0123456789012345", "123456789012345",
		"qwertyuiopasdfgh", "QWERTYUIOP12345", "asdfghjkl123456", "1qaz2wsx3edc4rfv", "q1w2e3r4t5y6u7i8", "zxcvbnmasdfghjkl",
		"poiuytrewq09876", "йцукенгшщзхъфыв", "фывапролджэ12345", "1234йцукенгшщзх", "abcdefghijklmnop", "абвгдеёжзийклмноп",
		"P@ssw0rdP@ssw0rd!", "iloveyou1234567", "ILoveYou!!!!!!!", "administrator2024", "Welcome-2024-Welcome", "letmein-letmein-1",
		"Kazakhstan-2030-Almaty", "қазақстанқазақстан", "қазақстан 1234567", "менің елім, менің елім", "correct horse battery staple",
		"CorrectHorseBatteryStaple1", "to be or not to be", "the quick brown fox jumps over the lazy dog", "парольпароль123",
		"ЯТебяЛюблю!!!!!!", "gfhjkmgfhjkm123", "112233445566778899", "thisismypassword", "this is my password", "sunshine19871987",
		"быть или не быть", "password１２３４５６７８", "dragonmonkey2024", "trustno1trustno1", "qwertyqwertyqwe", "Alash-Astana-2025",
		"күнкүнкүнкүнкүнкүн", "lovelovelovelove", "aaaabbbbccccdddd",
	} {
		require.True(t, p.TooCommon(password), password)
	}
}

func TestOtherPasswordsAreTaken(t *testing.T) {
	p := NewPasswords(light())
	for _, password := range []string{
		"bridge-between-both-banks", "Ертісте балық көп болған жыл", "тихий вечер у старого вокзала", "seven wolves ate my homework",
		"k7Vq2mXw9pLr4tZn", "rain on a tin roof in Oskemen", "құмырсқа мен шегіртке", "vjqcnfhsqgjhnatkm", "lemon.tractor.violin",
		"welcome to the house of my uncle", "мой пароль не скажу никому", "x9#kkA-12bq!zz04", strings.Repeat("𝄞жүз тенге", 12) + "q7w!zp",
	} {
		require.False(t, p.TooCommon(password), password)
	}
}

func TestAPasswordThatUnfoldsIsJudgedInBoundedTime(t *testing.T) {
	p := NewPasswords(light())
	require.True(t, p.TooCommon(strings.Repeat("ﷺﷻ㍿㌀", 20_000))) // each sign unfolds to as many as 18 letters
	require.Len(t, []rune(clip(fold(strings.Repeat("ﷺ", 20_000)))), longestText)
}
