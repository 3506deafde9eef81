// Renders the templates of a chart as Helm does. Reads {"context": ..., "templates": {name: text}} and writes {name: result}, as JSON.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"text/template"

	"github.com/Masterminds/sprig"
)

func main() {
	var input struct {
		Context   map[string]any
		Templates map[string]string
	}
	check(json.NewDecoder(os.Stdin).Decode(&input))
	all := template.New("chart").Option("missingkey=error")
	all.Funcs(sprig.TxtFuncMap()).Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out bytes.Buffer
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		// JSON is YAML.
		"toYaml": func(value any) (string, error) {
			text, err := json.Marshal(value)
			return string(text), err
		},
	})
	for name, text := range input.Templates {
		template.Must(all.New(name).Parse(text))
	}
	results := map[string]string{}
	for name := range input.Templates {
		var out bytes.Buffer
		check(all.ExecuteTemplate(&out, name, input.Context))
		results[name] = out.String()
	}
	check(json.NewEncoder(os.Stdout).Encode(results))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
