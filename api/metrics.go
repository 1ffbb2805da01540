package api

import (
	"errors"
	"strconv"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics count requests by the contract's name of what was asked, so that nobody can invent labels.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// newMetrics makes the metrics and registers them.
func newMetrics(r *prometheus.Registry) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kopir_requests_total", Help: "Requests answered, by operation of the contract and by status.",
		}, []string{"operation", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kopir_request_duration_seconds", Help: "How long answers took, by operation of the contract.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kopir_requests_in_flight", Help: "Requests that are being answered.",
		}),
	}
	return m, errors.Join(r.Register(m.requests), r.Register(m.duration), r.Register(m.inFlight))
}

// measure counts a request. It stands outside of accessLog, which has turned every error into an answer already.
func (e *edge) measure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		e.metrics.inFlight.Inc()
		defer e.metrics.inFlight.Dec()
		start := e.deps.Clock()
		err := next(c)
		operation := "none"
		if op := exchangeOf(c.Request().Context()).op; op != nil {
			operation = op.id
		}
		e.metrics.requests.WithLabelValues(operation, strconv.Itoa(c.Response().Status)).Inc()
		e.metrics.duration.WithLabelValues(operation).Observe(e.deps.Clock().Sub(start).Seconds())
		return err
	}
}
