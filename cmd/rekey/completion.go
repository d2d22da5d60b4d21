package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	posener "github.com/posener/complete"
	"github.com/willabides/kongplete"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// completionCmd prints what a shell has to run so that the tab key completes
// rekey's commands. The shell then asks rekey itself, so that the script never
// grows old.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is shown by --help.
func (completionCmd) Help() string {
	return `Example, for this shell only:

    source <(rekey completion bash)

For every new bash or fish:

    rekey completion bash >> ~/.bashrc
    rekey completion fish > ~/.config/fish/completions/rekey.fish`
}

var completionScripts = map[string]string{
	"bash": "complete -o default -C %[1]s rekey\n",
	"zsh": `autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
complete -o default -C %[1]s rekey
`,
	"fish": `function __rekey_complete
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    %[1]s
end
complete -f -c rekey -a "(__rekey_complete)"
`,
}

// Run prints the script, with the path of this very binary in it.
func (c completionCmd) Run(p *process) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("where rekey itself lies: %w", err)
	}
	return p.print(func(w *bufio.Writer) {
		path := quote(self)
		if c.Shell != "fish" {
			path = quote(path) // complete -C reads the word, and later runs it as a command line
		}
		fmt.Fprintf(w, completionScripts[c.Shell], path)
	})
}

// quote makes one word of a path with spaces.
func quote(path string) string {
	if !strings.ContainsAny(path, " '\"\\$`()&;<>|*?[]#~") {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// complete answers a shell, which asks with COMP_LINE what may come next.
func complete(p *process) int {
	parser, err := p.parser()
	if err != nil {
		return p.finish(err)
	}
	code := exitDone
	kongplete.Complete(parser,
		kongplete.WithPredictors(map[string]posener.Predictor{
			"file":   posener.PredictFiles("*"),
			"iface":  posener.PredictFunc(predictInterfaces),
			"model":  posener.PredictFunc(p.predictModels),
			"fault":  posener.PredictFunc(predictFaults),
			"switch": posener.PredictFunc(predictSwitches),
		}),
		kongplete.WithExitFunc(func(c int) { code = c }),
	)
	return code
}

func predictFaults(posener.Args) []string {
	var names []string
	for _, f := range twin.Faults() {
		names = append(names, string(f.Name))
	}
	return names
}

func predictSwitches(posener.Args) []string {
	var words []string
	for _, s := range twin.SwitchTable() {
		for _, value := range s.Values {
			words = append(words, s.Name+"="+value)
		}
	}
	return words
}

func (p *process) predictModels(posener.Args) []string {
	c, err := p.catalog()
	if err != nil {
		return nil
	}
	var names []string
	for _, m := range c.Models() {
		names = append(names, m.SKU)
	}
	return names
}
