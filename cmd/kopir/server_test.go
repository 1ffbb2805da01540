package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kopir/auth/providertest"
	"kopir/data"

	"github.com/stretchr/testify/require"
)

// asProgram makes the test binary be the program, so that tests can start it as a process of its own and kill it.
const asProgram = "KOPIR_TEST_AS_PROGRAM"

// server is the program, serving the demo in a process of its own.
type server struct {
	t       *testing.T
	address string
	dir     string
	process *exec.Cmd
	log     *bytes.Buffer
}

// start starts the program over a folder, with settings besides, and waits until it is ready.
func start(t *testing.T, dir string, settings ...string) *server {
	t.Helper()
	s := &server{t: t, address: freeAddress(t), dir: dir, log: new(bytes.Buffer)}
	self, err := os.Executable()
	require.NoError(t, err)
	s.process = exec.Command(self, "serve", "--demo")
	s.process.Env = append(os.Environ(), asProgram+"=1", "KOPIR_ADDR="+s.address, "KOPIR_DATA_DIR="+dir,
		"KOPIR_WRITES_PER_MINUTE=1000000", "KOPIR_READS_PER_MINUTE=1000000", "KOPIR_DATABASE_URL=", "KOPIR_SECRET=")
	s.process.Env = append(s.process.Env, settings...)
	s.process.Stdout, s.process.Stderr = s.log, s.log
	require.NoError(t, s.process.Start())
	t.Cleanup(func() {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
	})
	require.Eventually(t, func() bool {
		status, _, err := s.ask(http.MethodGet, "/readyz", "", nil, nil)
		return err == nil && status == http.StatusOK
	}, time.Minute, 20*time.Millisecond, "never ready")
	return s
}

// ask sends a request; body is sent as JSON, the answer is read into out.
func (s *server) ask(method, path, token string, body, out any, headers ...string) (int, http.Header, error) {
	var sent io.Reader
	if body != nil {
		content, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		sent = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, "http://"+s.address+path, sent)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	if out != nil {
		if err := json.NewDecoder(response.Body).Decode(out); err != nil {
			return response.StatusCode, response.Header, err
		}
	}
	return response.StatusCode, response.Header, nil
}

// employer signs in as the demo's employer and returns the token and the organisation.
func (s *server) employer() (token, organisation string) {
	var session struct {
		AccessToken string `json:"access_token"`
	}
	status, _, err := s.ask(http.MethodPost, "/v1/auth/login", "", map[string]string{"email": "employer@demo.kopir", "password": data.DemoPassword}, &session)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, status)
	var me struct {
		Organisations []struct {
			Organisation struct{ ID string } `json:"organisation"`
		}
	}
	_, _, err = s.ask(http.MethodGet, "/v1/me", session.AccessToken, nil, &me)
	require.NoError(s.t, err)
	return session.AccessToken, me.Organisations[0].Organisation.ID
}

// A word that stands in nothing else.
const rareWord = "Quokkaphone"

func demandBody(organisation string) map[string]any {
	return map[string]any{
		"organisation_id": organisation, "title": map[string]string{"en": rareWord + " analyst"}, "kind": "job", "work_mode": "remote",
		"valid_through": "2198-01-01",
		"requirements":  []map[string]any{{"competence_id": "digcomp:1.1", "level": 4, "importance": "must"}},
	}
}

// The server is killed outright while eight clients write. Whatever it had answered is there afterwards, and what was
// published is found and matched again without anybody's help.
func TestAKilledServerLosesNothingItAcknowledged(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir)
	token, organisation := s.employer()

	var mu sync.Mutex
	var drafts, published []string
	var broken atomic.Int32
	var enough sync.Once
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for n := 0; ; n++ {
				var d struct{ ID string }
				status, header, err := s.ask(http.MethodPost, "/v1/demands", token, demandBody(organisation), &d)
				if err != nil {
					broken.Add(1)
					return
				}
				if status != http.StatusCreated {
					t.Errorf("creating answered %d", status)
					return
				}
				mu.Lock()
				drafts = append(drafts, d.ID)
				total := len(drafts)
				mu.Unlock()
				if total > 200 {
					enough.Do(func() { _ = s.process.Process.Signal(syscall.SIGKILL) })
				}
				status, _, err = s.ask(http.MethodPost, "/v1/demands/"+d.ID+"/publish", token, nil, nil, "If-Match", header.Get("ETag"))
				if err != nil {
					broken.Add(1)
					return
				}
				if status == http.StatusOK {
					mu.Lock()
					published = append(published, d.ID)
					mu.Unlock()
				}
			}
		})
	}
	clients.Wait()
	_ = s.process.Wait()
	require.Positive(t, broken.Load(), "nobody was interrupted: the kill came too late to tell anything")

	again := start(t, dir)
	token, organisation = again.employer()
	for _, id := range drafts {
		status, _, err := again.ask(http.MethodGet, "/v1/demands/"+id, token, nil, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "demand %s was acknowledged and is gone", id)
	}
	for _, id := range published {
		var d struct{ Status string }
		_, _, err := again.ask(http.MethodGet, "/v1/demands/"+id, "", nil, &d)
		require.NoError(t, err)
		require.Equal(t, "published", d.Status)
	}
	status, _, err := again.ask(http.MethodGet, "/v1/demands/01890000-0000-7000-8000-000000000000", token, nil, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, status, "the control: what was never made is not there")

	var own, found struct{ Total int }
	_, _, err = again.ask(http.MethodGet, "/v1/organisations/"+organisation+"/demands?status=published&limit=1", token, nil, &own)
	require.NoError(t, err)
	_, _, err = again.ask(http.MethodGet, "/v1/demands?q="+rareWord+"&limit=1", "", nil, &found)
	require.NoError(t, err)
	require.GreaterOrEqual(t, found.Total, len(published), "the index did not catch up")
	require.Less(t, found.Total, own.Total, "the control: the word finds only those that have it")
}

// What is under way when the server is asked to stop is answered.
func TestAServerThatIsAskedToStopFinishesWhatIsUnderWay(t *testing.T) {
	s := start(t, t.TempDir())
	token, organisation := s.employer()
	var answered, refused atomic.Int32
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				status, _, err := s.ask(http.MethodPost, "/v1/demands", token, demandBody(organisation), nil)
				if err != nil {
					refused.Add(1)
					return
				}
				if status != http.StatusCreated {
					t.Errorf("answered %d while stopping", status)
				}
				if answered.Add(1) == 40 {
					_ = s.process.Process.Signal(syscall.SIGTERM)
				}
			}
		})
	}
	clients.Wait()
	require.NoError(t, s.process.Wait(), "it left with a fault:\n%s", s.log)
	require.GreaterOrEqual(t, answered.Load(), int32(40))
	require.Equal(t, int32(4), refused.Load())
}

// What is published is found and matched at once, what is closed is gone, without a restart.
func TestWhatIsPublishedIsFoundAndWhatIsClosedIsGone(t *testing.T) {
	s := start(t, t.TempDir())
	token, organisation := s.employer()
	var d struct{ ID string }
	_, header, err := s.ask(http.MethodPost, "/v1/demands", token, demandBody(organisation), &d)
	require.NoError(t, err)
	require.Zero(t, s.found(), "a draft is not found")

	status, header, err := s.ask(http.MethodPost, "/v1/demands/"+d.ID+"/publish", token, nil, nil, "If-Match", header.Get("ETag"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.Eventually(t, func() bool { return s.found() == 1 && s.matched() == 1 }, 10*time.Second, 10*time.Millisecond)

	status, _, err = s.ask(http.MethodPost, "/v1/demands/"+d.ID+"/close", token, nil, nil, "If-Match", header.Get("ETag"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.Eventually(t, func() bool { return s.found() == 0 && s.matched() == 0 }, 10*time.Second, 10*time.Millisecond)
}

func (s *server) found() int {
	var list struct{ Total int }
	_, _, err := s.ask(http.MethodGet, "/v1/demands?q="+rareWord, "", nil, &list)
	require.NoError(s.t, err)
	return list.Total
}

func (s *server) matched() int {
	var list struct{ Total int }
	body := map[string]any{"outcomes": []map[string]any{{"competence_id": "digcomp:1.1", "level": 8}}, "q": rareWord}
	status, _, err := s.ask(http.MethodPost, "/v1/match/demands", "", body, &list)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, status, fmt.Sprint(list))
	return list.Total
}

func TestAServerStartsWithoutItsProviderAndSignsInThroughItLater(t *testing.T) {
	const page = "http://localhost:5173/signed-in"
	idp := providertest.New(t, time.Now)
	comes := idp.Answers("/.well-known/openid-configuration", http.NotFound)
	s := start(t, t.TempDir(), "KOPIR_OIDC_ISSUER="+idp.URL, "KOPIR_OIDC_CLIENT_ID="+providertest.ClientID,
		"KOPIR_OIDC_CLIENT_SECRET="+providertest.ClientSecret, "KOPIR_OIDC_NAME=eGov", "KOPIR_OIDC_REDIRECT_URLS=https://kopir.example/,"+page)
	require.Zero(t, idp.Asked("/.well-known/openid-configuration"))
	comes()
	var begun map[string]string
	status, _, err := s.ask(http.MethodPost, "/v1/auth/external/begin", "", map[string]string{"redirect_url": page}, &begun)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	back := idp.Visit(begun["authorization_url"])
	var session map[string]any
	status, _, err = s.ask(http.MethodPost, "/v1/auth/external/finish", "", map[string]string{
		"code": back.Get("code"), "state": back.Get("state"), "ticket": begun["ticket"]}, &session)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	var me map[string]any
	_, _, err = s.ask(http.MethodGet, "/v1/me", session["access_token"].(string), nil, &me)
	require.NoError(t, err)
	require.Equal(t, "aigerim@example.kz", me["email"])
}

// Uses of API keys wait in memory for up to a minute; a server that stops keeps them first.
func TestAServerThatStopsKeepsWhenKeysWereUsed(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir)
	token, organisation := s.employer()
	keys := "/v1/organisations/" + organisation + "/keys"
	var made struct{ Key string }
	status, _, err := s.ask(http.MethodPost, keys, token, map[string]any{
		"name": "HR", "scopes": []string{"demands:read"}, "expires_at": time.Now().Add(time.Hour).Format(time.RFC3339),
	}, &made)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	status, _, err = s.ask(http.MethodGet, "/v1/organisations/"+organisation+"/demands", made.Key, nil, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, s.process.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.process.Wait())

	s = start(t, dir)
	token, _ = s.employer() // it has another address, and so does not take the token from before
	var list struct {
		Items []struct {
			LastUsedAt *time.Time `json:"last_used_at"`
		}
	}
	_, _, err = s.ask(http.MethodGet, keys, token, nil, &list)
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	require.NotNil(t, list.Items[0].LastUsedAt)
}
