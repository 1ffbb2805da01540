package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"kopir/domain"
	"kopir/search"
	"kopir/search/meili"
)

func main() {
	n := flag.Int("n", 6000, "")
	b := flag.Int("b", 1000, "")
	d := flag.Int("d", 1, "")
	port := flag.Int("port", 29111, "")
	extra := flag.String("extra", "", "")
	flag.Parse()
	dir, _ := os.MkdirTemp("", "zzs")
	defer os.RemoveAll(dir)
	args := []string{"--env", "production", "--no-analytics", "--http-addr", fmt.Sprintf("127.0.0.1:%d", *port), "--db-path", dir + "/d", "--dump-dir", dir + "/u", "--snapshot-dir", dir + "/s", "--max-indexing-memory", "1GiB", "--master-key", "0123456789abcdef0123456789abcdef"}
	if *extra != "" {
		args = append(args, strings.Fields(*extra)...)
	}
	cmd := exec.Command(os.Getenv("HOME")+"/.cache/kopir/meilisearch-1.21.0/meilisearch", args...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	url := fmt.Sprintf("http://127.0.0.1:%d", *port)
	for {
		if r, err := http.Get(url + "/health"); err == nil {
			r.Body.Close()
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	m, err := newMarket(1, time.Now())
	if err != nil {
		panic(err)
	}
	names := map[string]domain.Text{}
	for i := range organisations {
		o := m.organisation(i)
		names[o.ID.String()] = o.Name
	}
	e, err := meili.Open(meili.Options{URL: url, Key: "0123456789abcdef0123456789abcdef", Prefix: "x_"})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	e.UseCatalogue(ctx, m.catalogue)
	if err := e.Fence(ctx, 1); err != nil {
		panic(err)
	}
	label := func(id domain.CompetenceID) search.Label {
		k, _ := m.catalogue.Competence(id)
		return search.Label{ID: id, Label: k.Label}
	}
	var batches []search.Batch
	for side := range 2 {
		for made := 0; made < *n/2; {
			var x search.Batch
			for i := 0; i < *b && made < *n/2; i++ {
				made++
				if side == 0 {
					v := m.demand()
					s := search.Demand{Demand: *v, Organisation: names[v.OrganisationID.String()]}
					for _, r := range v.Requirements {
						s.Competences = append(s.Competences, label(r.Competence))
					}
					x.Demands = append(x.Demands, s)
				} else {
					v := m.programme()
					s := search.Programme{Programme: *v, Organisation: names[v.OrganisationID.String()]}
					for _, r := range v.Outcomes {
						s.Competences = append(s.Competences, label(r.Competence))
					}
					x.Programmes = append(x.Programmes, s)
				}
			}
			batches = append(batches, x)
		}
	}
	began := time.Now()
	var filled time.Duration
	var cpu0 float64
	err = e.Rebuild(ctx, func(apply func(search.Batch) error) error {
		cpu0 = cpu(cmd.Process.Pid)
		work := make(chan search.Batch)
		var wg sync.WaitGroup
		for range *d {
			wg.Go(func() {
				for x := range work {
					if err := apply(x); err != nil {
						panic(err)
					}
				}
			})
		}
		for i, x := range batches {
			work <- x
			if os.Getenv("V") != "" {
				fmt.Printf("  %d: %.0fs cpu %.1f\n", i, time.Since(began).Seconds(), cpu(cmd.Process.Pid)-cpu0)
			}
		}
		close(work)
		wg.Wait()
		filled = time.Since(began)
		fmt.Printf("n %d b %d d %d %s%s: wall %.1f cpu %.1f", *n, *b, *d, *extra, os.Getenv("TAG"), filled.Seconds(), cpu(cmd.Process.Pid)-cpu0)
		return nil
	})
	if err != nil {
		panic(err)
	}
	fmt.Printf(" total cpu %.1f\n", cpu(cmd.Process.Pid))
	if os.Getenv("STATS") != "" {
		for _, p := range []string{"/batches?limit=30"} {
			q, _ := http.NewRequest("GET", url+p, nil)
			q.Header.Set("Authorization", "Bearer 0123456789abcdef0123456789abcdef")
			r, _ := http.DefaultClient.Do(q)
			io.Copy(os.Stdout, r.Body)
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
}

func cpu(pid int) float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	s := string(b)
	f := strings.Fields(s[strings.LastIndex(s, ")")+2:])
	var u, v float64
	fmt.Sscan(f[11], &u)
	fmt.Sscan(f[12], &v)
	return (u + v) / 100
}
