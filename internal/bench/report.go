// Package bench measures rekey and, in the same run, what it is to be compared
// with: the benchmarks behind "rekey bench".
package bench

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

// Report is what one benchmark found. Its JSON is part of the command line's
// contract.
type Report struct {
	Bench   string   `json:"bench"`
	Machine Machine  `json:"machine"`
	Figures []Figure `json:"figures"`
}

// Machine is what the figures were measured on.
type Machine struct {
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	CPU   string `json:"cpu"` // as the system names it; empty when it does not
	Cores int    `json:"cores"`
	Go    string `json:"go"`
}

// Figure is one measured value, the median of N measurements. Baseline was
// measured beside it in the same run, in the same unit, and Ratio is value over
// baseline; both are zero for a figure that stands alone.
type Figure struct {
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Baseline float64 `json:"baseline"`
	Ratio    float64 `json:"ratio"`
	N        int     `json:"n"`
}

// NewFigure gives the figure with its ratio.
func NewFigure(name, unit string, value, baseline float64, n int) Figure {
	f := Figure{Name: name, Value: value, Unit: unit, Baseline: baseline, N: n}
	if baseline > 0 {
		f.Ratio = value / baseline
	}
	return f
}

// Text writes the report for a person.
func (r Report) Text(w io.Writer) error {
	fmt.Fprintf(w, "%s on %s, %d cores, %s/%s, %s\n\n", r.Bench, r.Machine.CPU, r.Machine.Cores, r.Machine.OS, r.Machine.Arch, r.Machine.Go)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "figure\tvalue\tunit\tbaseline\tratio\tn\t")
	for _, f := range r.Figures {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t\n", f.Name, short(f.Value), f.Unit, orDash(f.Baseline), orDash(f.Ratio), f.N)
	}
	return t.Flush()
}

func orDash(v float64) string {
	if v == 0 {
		return "-"
	}
	return short(v)
}

// short gives four digits, and whole numbers without an exponent.
func short(v float64) string {
	if v >= 1000 && v < 1e9 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// ThisMachine describes the machine the program runs on.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuName(), Cores: runtime.NumCPU(), Go: runtime.Version()}
}

// cpuName reads Linux's name of the processor.
func cpuName() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer file.Close()
	lines := bufio.NewScanner(io.LimitReader(file, 1<<16))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// median gives the middle of the values, zero for none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}
