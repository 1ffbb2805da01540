package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/uuid"

	"kopir/domain"
)

func init() {
	// The library's own form of a UUID refuses version 7; google/uuid's takes braces, capitals and hexadecimals without
	// hyphens. A thing has one address, so an id is written as we write it.
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewCallbackValidator(func(s string) error {
		if id, err := uuid.Parse(s); err != nil || id.String() != s {
			return errors.New("is not a UUID")
		}
		return nil
	}))
}

// openAPI is the contract as the edge asks it: by the route that Echo has found already, without a second router.
type openAPI struct {
	operations map[string]*operation // by method and Echo's path
	options    *openapi3filter.Options
	files      *openapi3filter.Options // where the body is a file
}

// operation is what the contract says of one route.
type operation struct {
	id      string
	route   *routers.Route
	query   map[string]bool // its query parameters, and whether they are lists
	media   openapi3.Content
	login   bool // counts as a try to log in
	reading bool // changes nothing
	limited bool // the contract promises 429
	once    bool // takes an Idempotency-Key
	tagged  bool // answers with an ETag
	paged   bool // takes a cursor
	// bodyless says that the body may be missing.
	bodyless bool
	// takesToken says that a token that comes along is looked at; needsToken, that there must be one.
	takesToken, needsToken bool
	// scopes are those of which an API key must have one; none where no key is taken.
	scopes []domain.Scope
	// file says that the body is a file, and no JSON of ours.
	file bool
	// linked says that the answer can be had as JSON-LD too.
	linked bool
	// streams is how long the answer may take where it is sent while it is made; 0 for all others.
	streams time.Duration
}

// readContract reads and checks the contract.
func readContract(text []byte) (*openAPI, error) {
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("the contract: %w", err)
	}
	c := &openAPI{operations: map[string]*operation{}, options: &openapi3filter.Options{
		MultiError: true, KeepValidatedValue: true, SkipSettingDefaults: true,
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, // authenticate.go does it
	}}
	files := *c.options
	files.ExcludeRequestBody = true
	c.files = &files
	path := strings.NewReplacer("{", ":", "}", "")
	for p, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			route := &routers.Route{Spec: doc, Path: p, PathItem: item, Method: method, Operation: op}
			if c.operations[method+" "+path.Replace(p)], err = newOperation(route); err != nil {
				return nil, fmt.Errorf("the contract: %s: %w", op.OperationID, err)
			}
		}
	}
	if len(c.operations) == 0 {
		return nil, errors.New("the contract has no operations")
	}
	return c, nil
}

// tries are the operations that count as a try to log in.
var tries = []string{
	"loginAccount", "changePassword", "eraseAccount", "requestPasswordReset", "sendConfirmation", "finishExternalLogin", "linkIdentity",
	"beginSecondFactor", "confirmSecondFactor", "endSecondFactor",
}

// streams are the operations whose answers are as long as the market is large, and how long each may take.
var streams = map[string]time.Duration{"listBestMatches": 10 * time.Minute, "exportDemands": time.Hour, "exportProgrammes": time.Hour}

func newOperation(route *routers.Route) (*operation, error) {
	op := route.Operation
	o := &operation{
		id: op.OperationID, route: route, query: map[string]bool{}, streams: streams[op.OperationID], login: slices.Contains(tries, op.OperationID),
		reading: route.Method == http.MethodGet || strings.HasPrefix(route.Path, "/v1/match/"),
		limited: op.Responses.Status(http.StatusTooManyRequests) != nil, needsToken: true,
	}
	for _, p := range op.Parameters {
		switch p.Value.In {
		case openapi3.ParameterInQuery:
			o.query[p.Value.Name] = p.Value.Schema.Value.Type.Is(openapi3.TypeArray)
		case openapi3.ParameterInHeader:
			o.once = o.once || p.Value.Name == "Idempotency-Key"
		}
	}
	_, o.paged = o.query["cursor"]
	if op.RequestBody != nil {
		o.media, o.bodyless = op.RequestBody.Value.Content, !op.RequestBody.Value.Required
		o.file = o.media["*/*"] != nil
		for _, media := range o.media {
			o.paged = o.paged || media.Schema.Value.Properties["cursor"] != nil
		}
	}
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		if r := op.Responses.Status(status); r != nil {
			o.tagged = o.tagged || r.Value.Headers["ETag"] != nil
			o.linked = o.linked || r.Value.Content["application/ld+json"] != nil && r.Value.Content["application/json"] != nil
		}
	}
	return o, o.readSecurity(op.Security)
}

// readSecurity notes who may call: an empty list asks nobody for a token, an empty requirement in it does not insist, and
// one of API keys names the scope that they must have. It returns an error for a scope that there is not.
func (o *operation) readSecurity(s *openapi3.SecurityRequirements) error {
	if s == nil || len(*s) == 0 {
		o.needsToken = false
		return nil
	}
	for _, requirement := range *s {
		if len(requirement) == 0 {
			o.needsToken = false
			continue
		}
		o.takesToken = true
		some, ok := requirement["apiKey"]
		if !ok {
			continue
		}
		if len(some) != 1 || len(requirement) != 1 {
			return errors.New("an API key has one scope; of several any is named by itself")
		}
		scope, err := domain.ParseScope(some[0])
		if err != nil {
			return err
		}
		o.scopes = append(o.scopes, scope)
	}
	return nil
}

// of returns the operation of a route that Echo has found, or nil.
func (c *openAPI) of(method, path string) *operation { return c.operations[method+" "+path] }
