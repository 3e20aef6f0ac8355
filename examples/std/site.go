// A site generator: pages from data through html/template, layouts shared, text escaped by context.
package main

import (
	"fmt"
	"html/template"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const layout = `{{define "layout"}}<!doctype html>
<title>{{.Title}}</title>
<nav>{{range .Pages}}<a href="{{.Name}}.html?from={{$.Title}}">{{.Title}}</a> {{end}}</nav>
{{template "body" .}}
<script>var title = {{.Title}};</script>
{{end}}`

const body = `{{define "body"}}<h1>{{.Title | upper}}</h1>
{{range $i, $p := .Paragraphs}}<p id="p{{$i}}">{{$p}}</p>
{{else}}<p>nothing yet</p>
{{end}}{{end}}`

type Page struct {
	Name, Title string
	Paragraphs  []string
	Pages       []*Page
}

func main() {
	folder, err := os.MkdirTemp("", "site")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	functions := template.FuncMap{"upper": strings.ToUpper}
	templates := template.Must(template.Must(template.New("site").Funcs(functions).Parse(layout)).Parse(body))
	pages := []*Page{
		{Name: "index", Title: "Tom & Jerry's", Paragraphs: []string{"1 < 2", `<b>"bold"</b>`}},
		{Name: "empty", Title: "Empty"},
	}
	for _, page := range pages {
		page.Pages = pages
		file, err := os.Create(filepath.Join(folder, page.Name+".html"))
		if err != nil {
			log.Fatal(err)
		}
		if err := templates.ExecuteTemplate(file, "layout", page); err != nil {
			log.Fatal(err)
		}
		file.Close()
	}
	names, _ := fs.Glob(os.DirFS(folder), "*.html")
	sort.Strings(names)
	for _, name := range names {
		text, _ := os.ReadFile(filepath.Join(folder, name))
		fmt.Printf("== %s\n%s", name, text)
	}
}
