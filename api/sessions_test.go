package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

const password = "көпір арқылы өтеміз 58"

// device is where somebody is signed in.
type device struct {
	*person
	session *answer
}

// registers makes an account and returns what signs in to it.
func (w *marketplace) registers(email string) (login func() device) {
	account := m{"email": email, "password": password, "name": "Әйгерім"}
	w.visitor().post("/v1/auth/register", account).expect(202)
	return func() device { return w.login(email, password) }
}

func (w *marketplace) login(email, password string) device {
	session := w.visitor().post("/v1/auth/login", m{"email": email, "password": password}).expect(200)
	return device{w.visitor().with("Authorization", "Bearer "+session.at("access_token").(string)), session}
}

// refresh tries to get new tokens.
func (d device) refresh() *answer {
	return d.w.visitor().post("/v1/auth/refresh", m{"refresh_token": d.session.at("refresh_token")})
}

func (d device) sessions() []any { return d.get("/v1/me/sessions").expect(200).at("items").([]any) }

func TestSomebodySeesWhereTheyAreSignedInAndEndsWhatTheyLost(t *testing.T) {
	w := openMarketplace(t)
	login := w.registers("aigerim@example.kz")
	phone := login()
	w.wait(time.Minute)
	browser := login()
	stranger := w.registers("somebody@example.kz")()

	list := browser.get("/v1/me/sessions").expect(200).is("total", 2).is("next_cursor", nil).is("items.0.current", true).is("items.1.current", false)
	require.Equal(t, "no-store", list.header.Get("Cache-Control"))
	w.wait(time.Minute)
	phone.refresh().expect(200)
	list = browser.get("/v1/me/sessions").expect(200).is("items.0.current", false)
	require.NotEqual(t, list.at("items.0.created_at"), list.at("items.0.last_used_at"))
	lost := list.at("items.0.id").(string)

	stranger.delete("/v1/me/sessions/"+lost).refused(404, "not-found")
	w.visitor().delete("/v1/me/sessions/"+lost).refused(401, "unauthenticated")
	require.Len(t, browser.sessions(), 2)
	browser.delete("/v1/me/sessions/" + lost).expect(204)
	browser.delete("/v1/me/sessions/"+lost).refused(404, "not-found")
	require.Len(t, browser.sessions(), 1)
	phone.refresh().refused(401, "unauthenticated")
	browser.refresh().expect(200)
	stranger.refresh().expect(200)
}

func TestLoggingOutEverywhereEndsEverySession(t *testing.T) {
	w := openMarketplace(t)
	login := w.registers("aigerim@example.kz")
	phone, browser, stranger := login(), login(), w.registers("somebody@example.kz")()
	browser.delete("/v1/me/sessions").expect(204)
	phone.refresh().refused(401, "unauthenticated")
	browser.refresh().refused(401, "unauthenticated")
	require.Empty(t, browser.sessions(), "its access token runs out by itself")
	stranger.refresh().expect(200)
	login().refresh().expect(200)
}

func TestANewPasswordEndsAllOtherSessions(t *testing.T) {
	w := openMarketplace(t)
	login := w.registers("aigerim@example.kz")
	phone, browser := login(), login()
	changed := "жаңа көпір арқылы өтеміз"
	browser.post("/v1/me/password", m{"current": password, "new": changed}).expect(204)
	phone.refresh().refused(401, "unauthenticated")
	browser.refresh().expect(200)
	w.visitor().post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": password}).refused(401, "unauthenticated")
	w.login("aigerim@example.kz", changed)
}

func TestAPasswordThatIsRefusedChangesNothing(t *testing.T) {
	w := openMarketplace(t)
	login := w.registers("aigerim@example.kz")
	phone, browser := login(), login()
	change := func(current, next string) *answer {
		w.wait(time.Minute)
		return browser.in("en").post("/v1/me/password", m{"current": current, "new": next})
	}
	wrong := change("not the password of mine", "жаңа көпір арқылы өтеміз").refused(422, "invalid")
	wrong.fault("/current", "wrong_password")
	change(password, "short").refused(422, "invalid").fault("/new", "too_short")
	both := change("not the password of mine", "passwordpassword").refused(422, "invalid")
	both.fault("/current", "wrong_password").fault("/new", "common_password")
	w.visitor().post("/v1/me/password", m{"current": password, "new": "жаңа көпір арқылы өтеміз"}).refused(401, "unauthenticated")
	phone.refresh().expect(200)
	w.login("aigerim@example.kz", password)
}

func TestTheSessionThatWasNotUsedForLongestMakesRoom(t *testing.T) {
	w := openMarketplace(t)
	login := w.registers("aigerim@example.kz")
	first, second := login(), login()
	w.wait(time.Minute)
	first.refresh().expect(200)
	var last device
	for range domain.MaxSessions - 1 {
		w.wait(time.Minute)
		last = login()
	}
	require.Len(t, last.sessions(), domain.MaxSessions)
	second.refresh().refused(401, "unauthenticated")
	w.wait(time.Minute)
	last = login()
	require.Len(t, last.sessions(), domain.MaxSessions)
}
