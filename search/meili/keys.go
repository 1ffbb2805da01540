package meili

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
)

// Searching has a key of its own, which may do nothing else: it also signs the tokens that browsers search with. It has
// the same id whoever makes it, so that replicas share it.
type searcher struct {
	meilisearch.ServiceManager
	uid, key string
}

// searcher returns the client that searches, with its key made or found when it is first needed.
func (e *Engine) searcher(ctx context.Context) (*searcher, error) {
	e.mu.Lock()
	s := e.seeking
	e.mu.Unlock()
	if s != nil {
		return s, nil
	}
	uid := searchKeyID(e.options.Prefix)
	found, err := e.admin.GetKeyWithContext(ctx, uid)
	if code(err) == http.StatusNotFound {
		found, err = e.admin.CreateKeyWithContext(ctx, &meilisearch.Key{
			UID: uid, Name: "kopir search " + e.options.Prefix, Description: "Searches of Kopir, and its tokens for browsers",
			Actions: []string{"search"}, Indexes: []string{e.live(demandIndex), e.live(programmeIndex), e.live(competenceIndex)},
		})
		if code(err) == http.StatusConflict { // another replica was faster
			found, err = e.admin.GetKeyWithContext(ctx, uid)
		}
	}
	if err != nil {
		return nil, err
	}
	s = &searcher{e.client(found.Key), uid, found.Key}
	e.mu.Lock()
	e.seeking = s
	e.mu.Unlock()
	return s, nil
}

// searchKeyID returns the id of the searching key: made from the prefix, and of the version that clients insist on.
func searchKeyID(prefix string) string {
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte("kopir search key "+prefix))
	id[6] = id[6]&0x0f | 0x40
	return id.String()
}

// disown forgets the searching key if it is refused: whoever changed the master key changed all others with it.
func (e *Engine) disown(err error) error {
	if c := code(err); c == http.StatusUnauthorized || c == http.StatusForbidden {
		e.mu.Lock()
		e.seeking = nil
		e.mu.Unlock()
	}
	return err
}

// code returns the status that an error of the client carries.
func code(err error) int {
	var failed *meilisearch.Error
	if errors.As(err, &failed) {
		return failed.StatusCode
	}
	return 0
}

// feeder are the clients that write. documents may not make indexes: documents sent to an index that is not there would
// otherwise make one without settings.
type feeder struct {
	epoch            int64
	documents, build meilisearch.ServiceManager
}

// Actions of the keys that write.
var (
	documentActions = []string{"documents.add", "documents.delete", "documents.get", "indexes.get", "settings.get", "stats.get"}
	buildActions    = append([]string{"indexes.create", "indexes.delete", "indexes.swap", "settings.update"}, documentActions...)
)

// Fence keeps whoever wrote under a lower epoch from writing any more. Each epoch has keys of its own, and those of lower
// ones are taken away: a request of an earlier holder that comes late, however late, is refused by Meilisearch itself.
// What was accepted before stands in its queue before all that is sent now. Called again for the same epoch it does the same
// to what was sent under it so far. It returns Stale if there is a higher epoch.
func (e *Engine) Fence(ctx context.Context, epoch int64) error {
	keys, err := e.fenceKeys(ctx)
	if err != nil {
		return translate(ctx, err)
	}
	for _, k := range keys {
		if k.epoch > epoch {
			return domain.Fail(domain.Stale, domain.CodeStale)
		}
	}
	made := &feeder{epoch: epoch}
	for _, one := range []struct {
		name    string
		actions []string
		client  *meilisearch.ServiceManager
	}{{"documents", documentActions, &made.documents}, {"build", buildActions, &made.build}} {
		key, err := e.admin.CreateKeyWithContext(ctx, &meilisearch.Key{
			Name: e.fenceName(one.name, epoch), Description: "Feeds Kopir's indexes; taken away when another replica feeds", UID: uuid.NewString(),
			Actions: one.actions, Indexes: []string{e.options.Prefix + "*"},
		})
		if err != nil {
			return translate(ctx, err)
		}
		*one.client = e.writer(key.Key)
	}
	for _, k := range keys {
		if _, err := e.admin.DeleteKeyWithContext(ctx, k.uid); err != nil && code(err) != http.StatusNotFound {
			return translate(ctx, err)
		}
	}
	e.mu.Lock()
	e.feeding = made
	e.mu.Unlock()
	return nil
}

func (e *Engine) fenceName(what string, epoch int64) string {
	return fmt.Sprintf("kopir feed %s %s %d", e.options.Prefix, what, epoch)
}

type fenceKey struct {
	uid   string
	epoch int64
}

// fenceKeys lists the keys of all epochs.
func (e *Engine) fenceKeys(ctx context.Context) ([]fenceKey, error) {
	var out []fenceKey
	begin := fmt.Sprintf("kopir feed %s ", e.options.Prefix)
	for offset := int64(0); ; offset += 100 {
		page, err := e.admin.GetKeysWithContext(ctx, &meilisearch.KeysQuery{Limit: 100, Offset: offset})
		if err != nil {
			return nil, err
		}
		for _, k := range page.Results {
			rest, ours := strings.CutPrefix(k.Name, begin)
			_, number, _ := strings.Cut(rest, " ")
			if epoch, err := strconv.ParseInt(number, 10, 64); ours && err == nil {
				out = append(out, fenceKey{k.UID, epoch})
			}
		}
		if len(page.Results) < 100 {
			return out, nil
		}
	}
}

// feeder returns the clients that write; those of the given key before the first Fence.
func (e *Engine) feeder() *feeder {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.feeding == nil {
		return &feeder{documents: e.admin, build: e.admin}
	}
	return e.feeding
}
