import {
  ApartmentOutlined, AppstoreOutlined, AuditOutlined, BarChartOutlined, BellOutlined, BranchesOutlined, CalendarOutlined, CarOutlined, ClockCircleOutlined,
  ClusterOutlined, DashboardOutlined, DollarOutlined, ExportOutlined, FileTextOutlined, HistoryOutlined, HomeOutlined, ImportOutlined, InboxOutlined, KeyOutlined,
  NodeIndexOutlined, PartitionOutlined, ProfileOutlined, ProjectOutlined, QrcodeOutlined, SafetyCertificateOutlined, ScanOutlined, SettingOutlined, ShopOutlined,
  ShoppingCartOutlined, SwapOutlined, SwitcherOutlined, TeamOutlined, ToolOutlined, UserOutlined,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import type { IconName } from '@/kit/screens'

const DRAWN: Record<IconName | 'home', ComponentType> = {
  home: HomeOutlined, orders: ProfileOutlined, cart: ShoppingCartOutlined, truck: CarOutlined, calendar: CalendarOutlined, list: FileTextOutlined, factory: ProjectOutlined,
  scan: ScanOutlined, box: InboxOutlined, lots: AppstoreOutlined, move: SwapOutlined, check: AuditOutlined, shield: SafetyCertificateOutlined, chart: BarChartOutlined,
  trace: NodeIndexOutlined, item: AppstoreOutlined, tree: PartitionOutlined, route: BranchesOutlined, machine: ClusterOutlined, people: TeamOutlined, partner: ShopOutlined,
  warehouse: ApartmentOutlined, clock: ClockCircleOutlined, user: UserOutlined, key: KeyOutlined, log: HistoryOutlined, import: ImportOutlined, setting: SettingOutlined,
  label: QrcodeOutlined, tool: ToolOutlined, money: DollarOutlined, board: DashboardOutlined, bell: BellOutlined, job: ExportOutlined, switch: SwitcherOutlined,
}

export function Icon({ name }: { name: IconName | 'home' }) {
  const Drawn = DRAWN[name]
  return <Drawn />
}
