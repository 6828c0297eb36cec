// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Explanations, in three depths. `{…}` are this network's own names; `[[term|word]]` is explained on a tap.
import { COMMANDS, STEP_COMMANDS } from '../../pure/commands.ts'

export type Depth = 'neighbour' | 'owner' | 'builder'
export type StepName = 'join' | 'gateway' | 'rule' | 'cloud' | 'babel' | 'exit' | 'walk'
export type Values = Record<string, string | number | undefined>
export interface Step extends Record<Depth, string> { name: StepName; title: string; commands: string[]; instead?: string }
export interface Lesson extends Record<Depth, string[]> { commands: string[] }
export type Term = 'mesh' | 'node' | 'neighbour' | 'cloud' | 'gateway' | 'anycast' | 'hop' | 'loss' | 'babel' | 'batman' | 'vlan' | 'mac' | 'ssid' | 'dbm' | 'uplink' | 'rollback'
export type Topic = 'home' | 'nodes' | 'map' | 'align' | 'links' | 'names' | 'gateways' | 'settings' | 'first' | 'help'
export interface Lessons extends Record<Topic, Lesson> { packet: Step[]; terms: Record<Term, string>; termNames: Record<Term, string> }

const lessons: Lessons = {
  packet: [
    {
      name: 'join', title: '{phone} joins {node}', commands: STEP_COMMANDS.join,
      neighbour: 'You open a page. The radio of {phone} sends a packet to the closest [[node|node]], {node}. It gave you the address {ip} when you joined, and it keeps it for you everywhere in {cloud}.',
      owner: '{node} hands out addresses from one range that all nodes of the [[cloud|cloud]] share. Which phone has which address is told to the other nodes at once, so no two phones ever get the same one.',
      builder: 'The client is a port of the bridge `br-lan`, which also holds `bat0`. dnsmasq gave it {ip}; the lease became a row of the shared state and a reservation in every dnsmasq of {cloud}.',
    },
    {
      name: 'gateway', title: 'The gateway {anycast} is always the one beside you', commands: STEP_COMMANDS.gateway,
      neighbour: 'For your phone there is one door out of the house: {anycast}. Every node of {cloud} has that same door, so wherever you stand it is right beside you.',
      owner: 'All {n} {n#node|nodes} of the cloud answer to the same address {anycast}, and even to the same [[mac|hardware address]]. This is called [[anycast|anycast]]: a phone that moves does not notice that another node answers.',
      builder: '`anygw` is a macvlan on `br-lan` with the shared MAC {anycast_mac} and {anycast}. `arp_ignore=1` keeps `br-lan` from answering with its own MAC.',
    },
    {
      name: 'rule', title: 'A rule keeps your packet inside {node}', commands: STEP_COMMANDS.rule,
      neighbour: 'If all the doors heard you knock, all would answer. So {node} closes the walls: what you say to your gateway stays inside of {node}.',
      owner: 'Without this rule your packet would be heard by every node of the cloud, and each would pass it on. The rule drops it at the edge of {node}, in both directions.',
      builder: 'Rules of the bridge family in nftables drop frames to and from the anycast MAC on `bat0`. The real rule is in the tables at the end of this story.',
    },
    {
      name: 'cloud', title: '{cloud} is one big room', commands: STEP_COMMANDS.cloud,
      neighbour: '{others} and {node} together are one [[cloud|cloud]]. Inside of it all phones and printers are in one big room and find each other, even if several nodes are between them.',
      owner: 'The cloud is one local network that is stretched over {n} {n#node|nodes} by [[batman|BATMAN-adv]]. A big network is made of many clouds, so the noise of one does not disturb the others.',
      builder: '[[batman|BATMAN-adv]] runs on [[vlan|VLAN]] {vlan}, which follows from the network id {id}, the first bytes of the MD5 of the name {cloud}. Two clouds on one cable never mix.',
      instead: '{node} is alone in {cloud} for now. When a second node joins, both become one room, and phones walk from one to the other without losing their connection.',
    },
    {
      name: 'babel', title: 'From node to node: {way}', commands: STEP_COMMANDS.babel,
      neighbour: 'Now {node} passes your packet on to {next}. Each node knows a good way, as neighbours know the short cuts: {way}.',
      owner: 'The nodes tell each other all the time how good their links are. {node} takes the way that costs least, now {cost} through {next}. When a link gets worse, another way is taken by itself.',
      builder: '[[babel|Babel]] runs on [[vlan|VLAN]] {babel_vlan}, the same for all clouds. The route lies in the kernel: out of `{port}`, metric {cost}. A good link costs 256.',
      instead: '{node} needs nobody to pass your packet on: the way to the Internet starts right here.',
    },
    {
      name: 'exit', title: '{gateway} is the way out', commands: STEP_COMMANDS.exit,
      neighbour: 'At {gateway} somebody shares a connection to the Internet. Your packet leaves there, and the answer comes back the same way.',
      owner: 'Every few seconds each [[gateway|gateway]] tests its own connection. If it stops working it says so within seconds, and all nodes use another one. You can also choose one yourself.',
      builder: 'The [[uplink|uplink]] has a table of its own and is probed with ICMP, TCP and DNS. While it is healthy, weft puts the default route into the main table and babeld announces it; sick, it is withdrawn in the same second.',
      instead: 'No node here has a way to the Internet right now. The network itself works: the phones and nodes still reach each other.',
    },
    {
      name: 'walk', title: 'And when you walk?', commands: STEP_COMMANDS.walk,
      neighbour: 'Walk over to {other}: your phone keeps its address {ip}, the gateway {anycast} is there too, and a call goes on. Nobody has to log in again.',
      owner: '{other} notices your phone, tells the whole cloud, and packets for you take the new way within about a tenth of a second.',
      builder: 'weft watches the forwarding table of the bridge. A new client is announced by one small broadcast frame into `bat0`; the old node forgets it, and BATMAN-adv sends its frames the new way.',
      instead: 'There is no second node in this cloud to walk to yet. Put one up within sight, give it the same network name, and try it.',
    },
  ],
  home: {
    commands: COMMANDS.home,
    neighbour: ['This page shows the one thing that needs care. If nothing does, it says that all is well.', 'The line shows how your packets travel: from you to this [[node|node]], from node to node, to the [[gateway|gateway]] and out to the Internet. A coloured piece tells how good that part is.'],
    owner: ['Each hop is measured from here: how long an answer takes, and how many of the questions get [[loss|lost]]. If one hop is slow, the trouble is between it and the hop before.', 'Rain, leaves and moved antennas make links worse slowly; a cable that came out does it at once.'],
    builder: ['The default route is chosen by [[babel|Babel]] among all that gateways announce, IPv4 and IPv6 separately. The reasons are in `weft status` behind each way.'],
  },
  nodes: {
    commands: COMMANDS.nodes,
    neighbour: ['Every box on a roof or in a window is a [[node|node]]. Together they are the [[mesh|mesh]]: no company in the middle, each passes on what the others send.', 'A filled dot is a node that speaks; a ring is one that has not been heard for a while. Perhaps somebody pulled its plug.'],
    owner: ['Each node tells a few things about itself: its name, its place, what it runs. The others keep that for a while, so you see what was last known of one that is off.'],
    builder: ['Nodes sign what they say with a key of their own; only the author can change its row. Nodes with LibreMesh are listed too, without a signature.'],
  },
  map: {
    commands: COMMANDS.map,
    neighbour: ['Points are nodes, lines are connections. A solid green line is a good one; the more broken a line is drawn, the worse it is.', 'A node that nobody has placed is drawn near the nodes that it hears, with a broken outline.'],
    owner: ['Give your node its place in the settings: two numbers that any map on your phone shows. With places, you see where one more node would help most.'],
    builder: ['A line joins what both ends say about a link; the quality is that of the worse end. The drawing needs no tiles and no Internet.'],
  },
  align: {
    commands: COMMANDS.align,
    neighbour: ['Turn the antenna slowly, a hand’s width at a time, and wait a few seconds. The bigger the number, the better. Turn the sound on and you need not look.', 'When the number falls again, go back to the best one and fix the screws.'],
    owner: ['For radios the number is in [[dbm|dBm]]: −60 is strong, −80 is weak. Ten less means a tenth of the power. A free line of sight matters more than a bigger antenna.', 'For cables, and where the radio tells no signal, it is the share of the neighbour’s greetings that arrive.'],
    builder: ['Look at both chains: if they differ by more than 6 dB, one antenna or cable is bad. Both ends should see about the same signal.'],
  },
  links: {
    commands: COMMANDS.links,
    neighbour: ['Each picture is the last hours of one connection to a [[neighbour|neighbour]]. High is good. A gap means that nothing was heard.'],
    owner: ['A line that falls every evening is often interference from others; one that falls with the rain is a weak link; one that falls at once and stays down is a cable, power, or a moved antenna.'],
    builder: ['One point a minute, kept in memory only. For the cloud it is the TQ of [[batman|BATMAN-adv]], for Babel the share of Hellos received.'],
  },
  names: {
    commands: COMMANDS.names,
    neighbour: ['These are the phones and computers that are connected here. Each has a name that the others in the cloud can use instead of a number.'],
    owner: ['A device tells its name when it asks for an address. You can reach a printer or a server by its name from anywhere in the cloud.'],
    builder: ['Leases become rows of the shared state in under a second; each dnsmasq has them as reservations and names, without a restart.'],
  },
  gateways: {
    commands: COMMANDS.gateways,
    neighbour: ['A [[gateway|gateway]] is a node whose owner shares an Internet connection. Normally the network picks the best for you. You may choose another for your device: perhaps yours is slow this evening.', 'If the one that you chose stops working, you get the automatic one until it is back.'],
    owner: ['As an owner you decide what you give: to everybody or only to members, at which hours, and how much. Say a few words about it: neighbours like to know whom to thank.'],
    builder: ['A chosen client is marked by its MAC in an nft map, the mark selects a table, and its default route is a tunnel to the gateway’s mesh address. The gateway takes it from mesh addresses only.'],
  },
  settings: {
    commands: COMMANDS.settings,
    neighbour: ['Looking is open to everybody; changing needs the password of the node or of the community.', 'Before anything happens you read in words what will change and who loses the connection for a moment.'],
    owner: ['Every change is on trial for 90 seconds. If you do not confirm it from a page that still reaches the node, everything goes [[rollback|back to how it was]]. So you cannot lock yourself out. Old changes can be taken back later too.'],
    builder: ['Settings are written to `/etc/config/lime-node`. What is not set there comes from the community, then from the defaults. The plan before and after is compared and only the difference is applied.'],
  },
  first: {
    commands: COMMANDS.first,
    neighbour: ['“Join” when there already is a network nearby; “start” when yours is the first node. Everything else the node works out by itself.'],
    owner: ['All nodes of one network share one small file, the community’s. Joining copies it from a neighbour; the password is checked before anything is changed.'],
    builder: ['From the network name follow the VLAN, the addresses and the range of the cloud; from the node’s MAC its own address. One image serves all routers.'],
  },
  help: {
    commands: COMMANDS.help,
    neighbour: ['A report is a text about this node that you can send to somebody who knows more. It has no passwords in it.'],
    owner: ['Read it before you send it. It contains names and addresses of devices, which help to find the fault.'],
    builder: ['The report holds the status, the plan, what the kernel has, and the last lines of the logs, with secrets replaced.'],
  },
  termNames: {
    mesh: 'Mesh', node: 'Node', neighbour: 'Neighbour', cloud: 'Cloud', gateway: 'Gateway', anycast: 'Anycast', hop: 'Hop', loss: 'Loss', babel: 'Babel', batman: 'BATMAN-adv',
    vlan: 'VLAN', mac: 'MAC address', ssid: 'Network name (SSID)', dbm: 'dBm', uplink: 'Uplink', rollback: 'Taking back',
  },
  terms: {
    mesh: 'A network in which every node passes on what the others send. There is no centre: if one fails, the others find another way.',
    node: 'A router that takes part in the mesh: a small box with a radio or cables.',
    neighbour: 'Another node that this one hears directly, with nobody in between.',
    cloud: 'Nodes with the same Wi-Fi name. Together they are one local network in which you can walk around.',
    gateway: 'The node through which packets leave for the Internet.',
    anycast: 'One address that many nodes have. The closest one answers.',
    hop: 'One step from a node to the next.',
    loss: 'The share of packets that do not arrive. Up to two in a hundred is fine; more makes calls stutter.',
    babel: 'The language in which nodes tell each other the ways to all networks, across all clouds.',
    batman: 'The part of the kernel that makes one local network out of the nodes of a cloud.',
    vlan: 'A separate network on the same cable or radio, told apart by a number.',
    mac: 'The number that every network card has from its maker.',
    ssid: 'The name under which the Wi-Fi appears on your phone.',
    dbm: 'The unit of radio signal. The closer to zero, the stronger: −60 is good, −80 is weak.',
    uplink: 'The connection of a node to the Internet: fibre, DSL, mobile.',
    rollback: 'If nobody confirms a change in time, the node returns to how it was.',
  },
}
export default lessons
