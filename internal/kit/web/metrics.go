package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meter counts what an operator of the machine wants to know. Each API has its own, since one process may serve
// several factories.
type meter struct {
	reg   *prometheus.Registry
	count *prometheus.CounterVec
	took  *prometheus.HistogramVec
	serve http.Handler
}

func newMeter(a *API) *meter {
	m := &meter{reg: prometheus.NewRegistry(),
		count: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kaiwu_http_requests_total", Help: "Requests by operation, method and status."}, []string{"op", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kaiwu_http_request_seconds", Help: "Time until the answer was written, by operation.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"op"}),
	}
	m.reg.MustRegister(m.count, m.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if s, ok := any(a.DB).(interface{ Metrics() []prometheus.Collector }); ok {
		m.reg.MustRegister(s.Metrics()...)
	}
	m.serve = promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{})
	return m
}

// Metrics lets others of kit add their own figures.
func (a *API) Metrics() prometheus.Registerer { return a.meter.reg }

func (m *meter) request(op, method string, status int, took time.Duration) {
	if op == "" {
		op = "other" // a path typed by anybody must not become a label
	}
	switch method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD":
	default:
		method = "other"
	}
	m.count.WithLabelValues(op, method, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(op).Observe(took.Seconds())
}
