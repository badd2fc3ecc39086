package label

import (
	"strconv"
	"time"

	"kaiwu/internal/kit/num"
)

// The samples are one factory's papers; the tests draw them all.
var (
	at       = time.Date(2026, 3, 2, 8, 0, 0, 0, time.FixedZone("CST", 8*3600))
	zh       = Opt{Locale: "zh", Company: "宁波恒远精密机械有限公司", At: at}
	en       = Opt{Locale: "en", Company: "Hengyuan Precision Machinery Co., Ltd.", At: at}
	sampleWO = Traveler{
		Number: "WO2603-0001", Item: "A-2000-BLK", Name: "台式咖啡机主体总成（黑色）", Spec: "220V 50Hz 1450W，容量 1.2 L，Ø128×310 mm", Qty: num.Int(500), UoM: "pcs",
		Start: "2026-03-03", Due: "2026-03-16", Customer: "深圳市锦程家电有限公司", SalesOrder: "SO2602-0031", Version: "3 / 2", Note: "首件须经质检确认后批量生产；外壳色差 ΔE ≤ 1.5。",
		Ops: []TravelerOp{
			{10, "下料", "CUT-01 激光切割", "0.5 min"}, {20, "折弯", "BEND", "1.2 min"}, {30, "焊接（氩弧焊）及打磨去毛刺", "WELD", "4 min"},
			{40, "喷涂", "外协 PAINT", ""}, {50, "装配", "ASSY-LINE-1", "6.5 min"}, {60, "测试与包装", "TEST", "2 min"},
		},
		Parts: []TravelerPart{
			{"M-1178", "不锈钢板 SUS304 t1.2", num.MustParse("137.5"), "kg", "pick"}, {"B-0301", "加热管 1450W", num.Int(500), "pcs", "pick"},
			{"S-M6X20", "内六角螺钉 M6×20 GB/T 70.1", num.Int(4000), "pcs", "backflush"}, {"P-COLOR", "彩盒", num.Int(500), "pcs", "none"},
		},
	}
	sampleLots = []Lot{
		{Item: "M-1178", Name: "不锈钢板 SUS304 冷轧 2B 面", Spec: "t1.2×1219×2438 mm", Lot: "L2603-0004", Qty: num.MustParse("137.5"), UoM: "kg", Date: "2026-03-02", Expires: "2028-03-01", Status: "待检", Supplier: "宁波永兴金属材料有限公司"},
		{Item: "A-2000-BLK", Name: "台式咖啡机", Serial: "A2000-000123", Qty: num.Int(1), UoM: "pcs", Date: "2026-03-02", Status: "合格"},
	}
	samplePlaces  = []Place{{"R-01-03", "原料货架 1 排 3 层", "原料仓"}, {"FG-A12", "Finished goods, aisle A", "Main warehouse"}}
	samplePersons = []Person{{"欧阳喆", "0007", "装配一班", "0007"}, {"Maria Kowalska", "0112", "Assembly 1", "B-0112"}}
	sampleParcel  = Parcel{
		Shipment: "SH2603-0002", From: Party{"宁波恒远精密机械有限公司", "", "0574-8765 4321", "浙江省宁波市北仑区大碶街道庐山西路 188 号"},
		To:     Party{"深圳市锦程家电有限公司", "李敏", "0755-2345 6789", "广东省深圳市宝安区福海街道展城社区重庆路 12 号 智慧谷创新园 B 栋 3 楼 收货平台"},
		Orders: "SO2602-0031，SO2602-0034", Carrier: "顺丰", Tracking: "SF1234567890123", Box: 1, Boxes: 3, Weight: "12.6 kg", Date: "2026-03-16", Note: "易碎，请勿倒置",
	}
)

func samplePacking(lines int) PackingList {
	l := PackingList{Shipment: "SH2603-0002", From: sampleParcel.From, To: sampleParcel.To, Orders: sampleParcel.Orders, Carrier: "顺丰", Tracking: "SF1234567890123", Date: "2026-03-16", Boxes: 3, Weight: "37.8 kg", Note: "随货附检验报告"}
	for i := range lines {
		p := PackedLine{Order: "SO2602-0031/" + strconv.Itoa(i+1), Item: "A-2000-BLK", Name: "台式咖啡机（黑色）", Spec: "220V 1450W", Qty: num.Int(30), UoM: "pcs", Lots: []PackedLot{{"L2603-0011", num.Int(20)}, {"L2603-0012", num.Int(10)}}}
		if i%5 == 2 {
			p.Lots = nil
			for n := range 12 {
				p.Lots = append(p.Lots, PackedLot{Number: "A2000-" + strconv.Itoa(123000+n)})
			}
		}
		l.Lines = append(l.Lines, p)
	}
	return l
}

func samples() map[string]Doc {
	long := sampleWO
	for i := range 14 {
		long.Ops = append(long.Ops, TravelerOp{70 + 10*i, "补充工序", "WC-" + strconv.Itoa(i), "1 min"})
	}
	return map[string]Doc{
		"traveler":      Travelers(zh, sampleWO),
		"traveler-long": Travelers(en, long, sampleWO),
		"lot":           Lots(zh, Size100x60, sampleLots...),
		"lot-small":     Lots(zh, Size60x40, sampleLots...),
		"location":      Locations(zh, Size100x60, samplePlaces...),
		"badge":         Badges(zh, samplePersons...),
		"parcel":        Parcels(zh, sampleParcel),
		"packing":       PackingLists(zh, samplePacking(3)),
		"packing-long":  PackingLists(en, samplePacking(30)),
	}
}
