package masterdata

import (
	"strings"
	"testing"

	"kaiwu/internal/kit/fault"
)

func TestParamSheet(t *testing.T) {
	got, err := readParamSheet("p.csv", strings.NewReader("op,name,unit,lower,target,upper,decimals,taken\n20,压力,bar,,6,6.5,1,\n10,温度,℃,180,,200,0,start\n"))
	if err != nil || len(got.Lines) != 2 {
		t.Fatal(got, err)
	}
	if a, b := got.Lines[0], got.Lines[1]; a.Op != 10 || a.Taken != "start" || a.Target != nil || a.Lower.String() != "180" || b.Taken != "report" || b.Decimals != 1 || b.Upper.String() != "6.5" || b.Lower != nil {
		t.Errorf("%+v %+v", a, b)
	}
	_, err = readParamSheet("p.csv", strings.NewReader("op,name,lower\nx,温度,hot\n"))
	f, ok := fault.As(err)
	if !ok || len(f.Fields) != 2 || f.Fields[0].Params["column"] != "op" || f.Fields[1].Params["value"] != "hot" {
		t.Errorf("every bad cell is named: %v %+v", err, f)
	}
	if _, err := readParamSheet("p.csv", strings.NewReader("op,name\n")); !fault.Is(err, "masterdata.param_sheet_none") {
		t.Error(err)
	}
}
