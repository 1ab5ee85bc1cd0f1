package query

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	label := func(v ...string) Match { return Match{Label, v} }
	for _, c := range []struct {
		in   string
		want Node
		out  string // of String; empty: the same as in
	}{
		{"", And{}, ""},
		{"  \t ", And{}, "-"},
		{"red car", Words{"red", "car"}, ""},
		{`"red car" blue`, Words{"red car", "blue"}, ""},
		{"cat.jpg a-b", Words{"cat.jpg", "a-b"}, ""},
		{"and or not", Words{"and", "or", "not"}, ""},
		{"label:cat", label("cat"), ""},
		{"LABEL: cat , dog", label("cat", "dog"), "label:cat,dog"},
		{`label:"golden retriever",cat`, label("golden retriever", "cat"), ""},
		{`label:""`, label(""), ""},
		{`label:"say ""hi"""`, label(`say "hi"`), ""},
		{"path:C:/a=b<c", Match{Path, []string{"C:/a=b<c"}}, ""},
		{"label:-1", label("-1"), ""},
		{"folder:north/2024", Match{Folder, []string{"north/2024"}}, ""},
		{"split:val predicted:tabby", And{[]Node{Match{Split, []string{"val"}}, Match{Predicted, []string{"tabby"}}}}, ""},
		{"a label:x b", And{[]Node{Words{"a"}, label("x"), Words{"b"}}}, ""},
		{"a AND b", And{[]Node{Words{"a"}, Words{"b"}}}, ""},
		{"a (b c)", And{[]Node{Words{"a"}, Words{"b", "c"}}}, "a AND b c"},
		{"a OR b c", Or{[]Node{Words{"a"}, Words{"b", "c"}}}, ""},
		{"a AND b OR c", Or{[]Node{And{[]Node{Words{"a"}, Words{"b"}}}, Words{"c"}}}, ""},
		{"a AND (b OR c)", And{[]Node{Words{"a"}, Or{[]Node{Words{"b"}, Words{"c"}}}}}, "a (b OR c)"},
		{"(a OR b) OR c", Or{[]Node{Words{"a"}, Words{"b"}, Words{"c"}}}, "a OR b OR c"},
		{"-label:cat", Not{label("cat")}, ""},
		{"NOT label:cat", Not{label("cat")}, "-label:cat"},
		{"-red car", Not{Words{"red", "car"}}, ""},
		{"- red", Not{Words{"red"}}, "-red"},
		{"beach -dog", And{[]Node{Words{"beach"}, Not{Words{"dog"}}}}, ""},
		{"-(a OR b)", Not{Or{[]Node{Words{"a"}, Words{"b"}}}}, ""},
		{"-(-a)", Not{Not{Words{"a"}}}, ""},
		{"missing", Missing, ""},
		{"red missing car", And{[]Node{Words{"red"}, Missing, Words{"car"}}}, ""},
		{`"missing"`, Words{"missing"}, ""},
		{"Unlabelled -failed", And{[]Node{Unlabelled, Not{Failed}}}, "unlabelled -failed"},
		{"size>200", Number{Key: Size, Op: Greater, Text: "200"}, ""},
		{"size <= 1.5 mb", Number{Key: Size, Op: LessOrEqual, Text: "1.5", Unit: "MB"}, "size<=1.5MB"},
		{"size>5 kilo", And{[]Node{Number{Key: Size, Op: Greater, Text: "5"}, Words{"kilo"}}}, ""},
		{`size>5 "MB"`, And{[]Node{Number{Key: Size, Op: Greater, Text: "5"}, Words{"MB"}}}, "size>5 AND MB"},
		{"width=640 height>=480", And{[]Node{Number{Key: Width, Op: Equal, Text: "640"}, Number{Key: Height, Op: GreaterOrEqual, Text: "480"}}}, ""},
		{"confidence<0.5", Number{Key: Confidence, Op: Less, Text: "0.5"}, ""},
		{"confidence>90%", Number{Key: Confidence, Op: Greater, Text: "90", Unit: "%"}, ""},
		{"score(Sharpness) < 0.2", Number{Key: ScoreKey, Score: "sharpness", Op: Less, Text: "0.2"}, "score(sharpness)<0.2"},
		{"score(color)=0", Number{Key: ScoreKey, Score: "colour", Op: Equal, Text: "0"}, "score(colour)=0"},
		{"date=2024", Date{Equal, 2024, 0, 0}, ""},
		{"date>=2024-05", Date{GreaterOrEqual, 2024, 5, 0}, ""},
		{"date<2024-02-29", Date{Less, 2024, 2, 29}, ""},
	} {
		got, err := Parse(c.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.in, err)
			continue
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%q) = %#v, want %#v", c.in, got, c.want)
		}
		want := c.out
		switch want {
		case "":
			want = c.in
		case "-":
			want = ""
		}
		if got.String() != want {
			t.Errorf("String of %q = %q, want %q", c.in, got.String(), want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		in, word string
		msg      string // part of the message
	}{
		{"cat tag:x", "tag", "review room"},
		{"issue:blurry", "issue", "not in this version"},
		{"a OR dropped", "dropped", "not in this version"},
		{"kept", "kept", "not in this version"},
		{"cluster=3", "cluster", "not in this version"},
		{"similar:a.jpg", "similar", "not in this version"},
		{"score>0.5", "score", "sharpness, brightness, contrast, dark, light, entropy, colour"},
		{"score", "score", "sharpness"},
		{"score(shine)>1", "shine", "sharpness"},
		{"score(blurry)>1", "blurry", "review room"},
		{"score(sharpness)", "score(sharpness)", "comparison"},
		{"score(sharpness", "score(sharpness", "brackets"},
		{"colour:red", "colour", "label, split, folder, path, predicted"},
		{"weight>3", "weight", "size, width"},
		{"width:500", "width", "width>=640"},
		{"label=cat", "label", "label:cat"},
		{"a label:", "label:", "needs a value"},
		{"label:cat,", ",", "missing after the comma"},
		{"cat, dog", ",", "one key"},
		{"width>big", "big", "not a number"},
		{"width>1e9", "1e9", "not a number"},
		{"width>", "width>", "number is missing"},
		{"width>5px", "5px", "no unit"},
		{"size>5TB", "5TB", "GB"},
		{"width=>5", "=>", "comparison"},
		{"width!=5", "width!", "unknown number"},
		{"confidence>50", "50", "between 0 and 1"},
		{"date=2024-13", "2024-13", "2024-05-12"},
		{"date=2023-02-29", "2023-02-29", "not a date"},
		{"date>yesterday", "yesterday", "not a date"},
		{"(a b", "(", "never closed"},
		{"a) b", ")", "never opened"},
		{"()", "()", "empty"},
		{`say "hi`, `"hi`, "never closed"},
		{"a OR", "OR", "both sides"},
		{"OR a", "OR", "both sides"},
		{"a AND", "AND", "both sides"},
		{"NOT", "NOT", "after it"},
		{"a --b", "-", "after it"},
		{":x", ":", "key is missing"},
		{"hund größe>3", "größe", "unknown number"},
		{strings.Repeat("(", 200) + "a", "(", "too deep"},
	} {
		n, err := Parse(c.in)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q) = %v, %v; want an *Error", c.in, n, err)
			continue
		}
		if e.Word != c.word || c.in[e.Pos:e.End] != c.word || !strings.Contains(e.Error(), c.msg) {
			t.Errorf("Parse(%q): error %q at %q [%d:%d], want %q at %q", c.in, e.Error(), e.Word, e.Pos, e.End, c.msg, c.word)
		}
	}
	_, err := Parse("ähre größe>3")
	var e *Error
	if errors.As(err, &e) {
		if from, to := e.Runes("ähre größe>3"); from != 5 || to != 10 {
			t.Errorf("rune range %d..%d, want 5..10", from, to)
		}
	}
}

func TestInterval(t *testing.T) {
	inf := math.Inf(1)
	for in, want := range map[string]Interval{
		"size>200":         {Lo: 200e3, Hi: inf, OpenLo: true},
		"size<=2MB":        {Lo: -inf, Hi: 2e6},
		"size=1.5MB":       {Lo: 1.45e6, Hi: 1.55e6, OpenHi: true},
		"size=700B":        {Lo: 700, Hi: 700},
		"size=0":           {Lo: 0, Hi: 0},
		"width=640":        {Lo: 640, Hi: 640},
		"confidence>=90%":  {Lo: 0.9, Hi: inf},
		"confidence=0.5":   {Lo: 0.45, Hi: 0.55, OpenHi: true},
		"score(entropy)<7": {Lo: -inf, Hi: 7, OpenHi: true},
	} {
		n, err := Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		got := n.(Number).Interval()
		near := func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-9*math.Max(1, math.Abs(b)) }
		if !near(got.Lo, want.Lo) || !near(got.Hi, want.Hi) || got.OpenLo != want.OpenLo || got.OpenHi != want.OpenHi {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		d        Date
		from, to time.Time
	}{
		{Date{Equal, 2024, 0, 0}, day(2024, 1, 1), day(2025, 1, 1)},
		{Date{Equal, 2023, 12, 0}, day(2023, 12, 1), day(2024, 1, 1)},
		{Date{Equal, 2024, 2, 29}, day(2024, 2, 29), day(2024, 3, 1)},
	} {
		if from, to := c.d.Span(time.UTC); !from.Equal(c.from) || !to.Equal(c.to) {
			t.Errorf("%v: %v to %v", c.d, from, to)
		}
	}
}

func TestHas(t *testing.T) {
	n, err := Parse("a (b OR -missing)")
	if err != nil || !Has(n, Missing) || Has(n, Failed) {
		t.Errorf("Has: %v %v", n, err)
	}
}

// FuzzParse: nothing panics, errors point into the text, and what String
// writes reads back as the same tree.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "0\"\x00\"", `a "b c" OR -label:x,"y z"`, "size>=1.5 MB date=2024-05", "((a)) AND NOT (b)", `"""`, "score(colour)<1 AND", "a-b - c \xff:é",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.End > len(s) || e.Pos > e.End || s[e.Pos:e.End] != e.Word {
				t.Fatalf("Parse(%q): bad error %#v", s, err)
			}
			return
		}
		text := n.String()
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q).String() = %q: %v", s, text, err)
		}
		if !reflect.DeepEqual(n, again) {
			t.Fatalf("Parse(%q) = %#v, but %q gives %#v", s, n, text, again)
		}
	})
}
