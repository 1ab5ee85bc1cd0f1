package look

import (
	"embed"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

//go:embed icons/*.svg
var iconFiles embed.FS

// sources are the icons as they are drawn, by name; never changed.
var sources = load()

func load() map[string]fyne.Resource {
	list, _ := iconFiles.ReadDir("icons")
	all := make(map[string]fyne.Resource, len(list))
	for _, e := range list {
		data, err := iconFiles.ReadFile("icons/" + e.Name())
		if err != nil {
			continue
		}
		name := strings.TrimSuffix(e.Name(), ".svg")
		all[name] = fyne.NewStaticResource("kindred-"+e.Name(), data)
	}
	for alias, name := range map[string]string{"image": "image-small", "history": "versions"} {
		all[alias] = all[name]
	}
	return all
}

// Icon returns an icon by its file name without ".svg", in the colour of
// secondary text. A name that does not exist gives the "help" icon.
func Icon(name string) fyne.Resource { return IconIn(name, T2) }

// IconIn returns an icon in a colour of the theme. It follows a change of the
// theme.
func IconIn(name string, colour fyne.ThemeColorName) fyne.Resource {
	source, ok := sources[name]
	if !ok {
		source = sources["help"]
	}
	return theme.NewColoredResource(source, colour)
}

// HasIcon says whether there is an icon of that name.
func HasIcon(name string) bool {
	_, ok := sources[name]
	return ok
}

// Mark returns Kindred's own mark, drawn for the current ground.
func Mark() fyne.Resource {
	r, g, b, _ := Colour(BG1).RGBA()
	if r+g+b > 3*0x8000 {
		return sources["mark-light"]
	}
	return sources["mark-dark"]
}

// mappedIcons are the icons of Fyne's own widgets.
var mappedIcons = map[fyne.ThemeIconName]string{
	theme.IconNameConfirm:       "check",
	theme.IconNameCancel:        "close",
	theme.IconNameSearch:        "search",
	theme.IconNameMenuExpand:    "chevron-right",
	theme.IconNameArrowDropDown: "chevron-down",
	theme.IconNameArrowDropUp:   "chevron-up",
	theme.IconNameFolder:        "folder",
	theme.IconNameFolderOpen:    "folder-open",
	theme.IconNameFolderNew:     "folder-plus",
	theme.IconNameFile:          "file",
	theme.IconNameGrid:          "grid",
	theme.IconNameList:          "list",
	theme.IconNameContentCopy:   "copy-path",
	theme.IconNameInfo:          "info",
	theme.IconNameWarning:       "warning",
	theme.IconNameError:         "error",
	theme.IconNameHelp:          "help",
	theme.IconNameSettings:      "settings",
}
