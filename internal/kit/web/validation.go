package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// huma's sentences are replaced by "code|a|b", which field() takes apart again: so a bad input is described in
// the caller's language.
func init() {
	for msg, code := range map[*string]string{
		&validation.MsgUnexpectedProperty:                "v_unknown",
		&validation.MsgExpectedRFC3339DateTime:           "v_datetime",
		&validation.MsgExpectedRFC1123DateTime:           "v_datetime",
		&validation.MsgExpectedRFC3339Date:               "v_date",
		&validation.MsgExpectedRFC3339Time:               "v_time",
		&validation.MsgExpectedRFC5322Email:              "v_email|%v",
		&validation.MsgExpectedRFC3986URI:                "v_uri|%v",
		&validation.MsgExpectedMatchAtLeastOneSchema:     "v_shape",
		&validation.MsgExpectedMatchExactlyOneSchema:     "v_shape",
		&validation.MsgExpectedNotMatchSchema:            "v_shape",
		&validation.MsgExpectedBoolean:                   "v_bool",
		&validation.MsgExpectedNumber:                    "v_number",
		&validation.MsgExpectedInteger:                   "v_integer",
		&validation.MsgExpectedString:                    "v_string",
		&validation.MsgExpectedBase64String:              "v_base64",
		&validation.MsgExpectedArray:                     "v_array",
		&validation.MsgExpectedObject:                    "v_object",
		&validation.MsgExpectedArrayItemsUnique:          "v_twice",
		&validation.MsgExpectedOneOf:                     "v_one_of|%s",
		&validation.MsgExpectedMinimumNumber:             "v_min|%v",
		&validation.MsgExpectedExclusiveMinimumNumber:    "v_above|%v",
		&validation.MsgExpectedMaximumNumber:             "v_max|%v",
		&validation.MsgExpectedExclusiveMaximumNumber:    "v_below|%v",
		&validation.MsgExpectedNumberBeMultipleOf:        "v_multiple|%v",
		&validation.MsgExpectedMinLength:                 "v_short|%d",
		&validation.MsgExpectedMaxLength:                 "v_long|%d",
		&validation.MsgExpectedBePattern:                 "v_form|%s",
		&validation.MsgExpectedMatchPattern:              "v_pattern|%s",
		&validation.MsgExpectedMinItems:                  "v_few|%d",
		&validation.MsgExpectedMaxItems:                  "v_many|%d",
		&validation.MsgExpectedMinProperties:             "v_few|%d",
		&validation.MsgExpectedMaxProperties:             "v_many|%d",
		&validation.MsgExpectedRequiredProperty:          "v_required|%s",
		&validation.MsgExpectedDependentRequiredProperty: "v_depends|%s, %s",
	} {
		*msg = "web." + code
	}
}

// field describes one bad input. Secrets are not echoed, nor whole objects.
func field(d *huma.ErrorDetail) fault.Field {
	code, arg, _ := strings.Cut(d.Message, "|")
	where := d.Location
	value := ""
	switch v := d.Value.(type) {
	case string:
		value = v
	case float64:
		value = strconv.FormatFloat(v, 'f', -1, 64)
	case bool, int, int64:
		value = fmt.Sprint(v)
	}
	if r := []rune(value); len(r) > 80 {
		value = string(r[:80]) + "…"
	}
	low := strings.ToLower(where)
	for _, s := range []string{"password", "pin", "secret", "token", "code_verifier"} {
		if strings.Contains(low, s) {
			value = ""
		}
	}
	switch {
	case code == "web.v_form":
		code = "web.v_" + arg // a form has words of its own
	case code == "web.v_required":
		where += "." + arg
	case strings.HasPrefix(d.Message, "required ") && strings.HasSuffix(d.Message, " parameter is missing"):
		code = "web.v_required"
	case !strings.HasPrefix(code, "web.v_"):
		code, arg = "web.v_bad", d.Message
		if where == "body" {
			body := fmt.Sprint(d.Value)
			value = ""
			// a number with the right form that is too large is found out by its type, which does not know where it stands
			if n, large := strings.CutSuffix(d.Message, ": "+num.ErrOverflow.Error()); large {
				if text, err := strconv.Unquote(n); err == nil {
					code, where, value = "web.v_decimal", "body"+place(body, text), text
				}
			}
		}
	}
	name := strings.TrimPrefix(strings.TrimPrefix(where, "body."), "query.")
	params := map[string]string{"field": name, "value": value, "want": arg}
	return fault.Field{Where: where, Code: code, Value: value, Params: params, Detail: Messages[code].Render("en", params)}
}

// place of a text in a JSON document, as in .lines[0].qty; empty where it is not.
func place(doc, text string) (at string) {
	var tree any
	if json.Unmarshal([]byte(doc), &tree) != nil {
		return ""
	}
	var walk func(v any, path string) bool
	walk = func(v any, path string) bool {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				if walk(v[k], path+"."+k) {
					return true
				}
			}
		case []any:
			for i, x := range v {
				if walk(x, path+"["+strconv.Itoa(i)+"]") {
					return true
				}
			}
		case string:
			if v == text {
				at = path
				return true
			}
		}
		return false
	}
	walk(tree, "")
	return at
}
