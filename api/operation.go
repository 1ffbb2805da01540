package api

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/common/expfmt"

	"kopir/api/gen"
)

//go:embed docs/index.html docs/init.js docs/swagger-ui.css docs/swagger-ui-bundle.js
var docs embed.FS

// The files of the docs page, below /docs/, and their media types.
var docsFiles = map[string]string{
	"init.js": "text/javascript; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
	"swagger-ui.css": "text/css; charset=utf-8",
}

func isDocs(path string) bool { return path == "/docs" || strings.HasPrefix(path, "/docs/") }

// registerDocs serves the files that the docs page loads. They are part of the page and not of the contract.
func registerDocs(e *echo.Echo) {
	for name, media := range docsFiles {
		e.GET("/docs/"+name, func(c echo.Context) error {
			body, err := docs.ReadFile("docs/" + name)
			if err != nil {
				return err
			}
			c.Response().Header().Set("Cache-Control", "public, max-age=3600")
			return c.Blob(http.StatusOK, media, body)
		})
	}
}

// ShowDocs gives the contract as a page.
func (s *server) ShowDocs(context.Context, gen.ShowDocsRequestObject) (gen.ShowDocsResponseObject, error) {
	page, err := docs.ReadFile("docs/index.html")
	return gen.ShowDocs200TexthtmlResponse{Body: bytes.NewReader(page), ContentLength: int64(len(page))}, err
}

// ReadContract gives the contract as it is.
func (s *server) ReadContract(context.Context, gen.ReadContractRequestObject) (gen.ReadContractResponseObject, error) {
	return gen.ReadContract200ApplicationyamlResponse{Body: bytes.NewReader(s.Contract), ContentLength: int64(len(s.Contract))}, nil
}

// CheckHealth says that the process answers.
func (s *server) CheckHealth(context.Context, gen.CheckHealthRequestObject) (gen.CheckHealthResponseObject, error) {
	return gen.CheckHealth200JSONResponse{Status: "ok"}, nil
}

// CheckReadiness says whether requests may be sent here; Unavailable if not.
func (s *server) CheckReadiness(ctx context.Context, _ gen.CheckReadinessRequestObject) (gen.CheckReadinessResponseObject, error) {
	now := s.Ready(ctx)
	out := gen.CheckReadiness200JSONResponse{Status: gen.ReadinessStatusReady, Parts: []gen.ReadinessPart{}}
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(now.Parts)) {
		status := gen.ReadinessPartStatusUp
		if now.Parts[name] != "ok" {
			status = gen.ReadinessPartStatusDown
			missing = append(missing, name+": "+now.Parts[name])
		}
		out.Parts = append(out.Parts, gen.ReadinessPart{Name: name, Status: status})
	}
	if !now.Ready {
		return nil, refuse(unavailable, codeNotReady, strings.Join(missing, ", "))
	}
	if now.Degraded {
		out.Status = gen.ReadinessStatusDegraded
	}
	return out, nil
}

// ReadMetrics gives the metrics in the text format of Prometheus.
func (s *server) ReadMetrics(context.Context, gen.ReadMetricsRequestObject) (gen.ReadMetricsResponseObject, error) {
	families, err := s.Registry.Gather()
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	out := expfmt.NewEncoder(&text, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if err := out.Encode(f); err != nil {
			return nil, err
		}
	}
	return gen.ReadMetrics200TextResponse(text.String()), nil
}

// ListSigningKeys gives the public keys of the access tokens.
func (s *server) ListSigningKeys(ctx context.Context, _ gen.ListSigningKeysRequestObject) (gen.ListSigningKeysResponseObject, error) {
	set, err := s.Verifier.JWKS(ctx)
	if err != nil {
		return nil, err
	}
	out := gen.ListSigningKeys200JSONResponse{Headers: gen.ListSigningKeys200ResponseHeaders{CacheControl: "public, max-age=300"}}
	if err := json.Unmarshal(set, &out.Body); err != nil {
		return nil, err
	}
	return out, nil
}
