"""The reasons in words: English, Chinese. `{…}` are the doubt's details."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, tuple[str, str]] = {
    # a bundle
    "encoding.not_canonical": ("The bytes are not in their only right form: {why}.", "数据不是唯一的规范形式：{why}。"),
    "encoding.wrong_shape": ("The bytes are not what they say: {why}.", "数据与其声称的内容不符：{why}。"),
    "signature.invalid": ("A signature does not fit what it stands under.", "签名与所签内容不符。"),
    "signature.unknown_key": (
        "It was signed with a key that no roster known here holds; it is tried again with the next one.",
        "签名所用的密钥不在已知的名册里；取得新名册后会再试。",
    ),
    "bundle.altered": ("The bundle was altered: {why}{what}.", "密封包被改动：{why}{what}。"),
    "bundle.not_for_us": ("The bundle was not sealed for the registry.", "密封包没有封给登记中心。"),
    "bundle.header": (
        "What the relay was shown of the bundle is not what was sealed in it.",
        "密封包外面写明的范围与里面的内容不一致。",
    ),
    "relay.too_large": ("The bundle is larger than allowed ({limit} bytes).", "密封包超过上限（{limit}字节）。"),
    # who signed
    "certificate.unknown": ("Whether {number} might act then is not known: {why}.", "{number} 当时能否执法不明：{why}。"),
    "certificate.expired": ("The certificate of {name} {number} had ended on {until}.", "{name} {number} 的执法证已于 {until} 到期。"),
    "certificate.suspended": (
        "The certificate of {name} {number} was suspended since {until}: {why}.",
        "{name} {number} 的执法证自 {until} 起暂扣：{why}。",
    ),
    "certificate.revoked": (
        "The certificate of {name} {number} was revoked on {until}: {why}.",
        "{name} {number} 的执法证已于 {until} 吊销：{why}。",
    ),
    "certificate.cancelled": (
        "The certificate of {name} {number} was cancelled on {until}: {why}.",
        "{name} {number} 的执法证已于 {until} 注销：{why}。",
    ),
    "certificate.not_yet": ("The certificate of {name} {number} holds from {until} on.", "{name} {number} 的执法证自 {until} 起才有效。"),
    "certificate.review_overdue": (
        "The annual review of {name} {number} had been due on {until}.",
        "{name} {number} 的年审应于 {until} 前完成，当时逾期。",
    ),
    "certificate.outside_field": ("The certificate of {name} {number} does not cover the field {why}.", "{name} {number} 的执法证不含“{why}”领域。"),
    "certificate.outside_region": ("The certificate of {name} {number} does not cover the region {why}.", "{name} {number} 的执法证不含区域 {why}。"),
    "certificate.wrong_kind": ("{name} {number} does not hold the role {needs}.", "{name} {number} 没有“{needs}”的职责。"),
    "certificate.roster_old": ("The roster did not reach to that day.", "名册没有覆盖到那一天。"),
    "certificate.key_days": (
        "The key of {number} was certified from {since} to {until} only.",
        "{number} 的签名证书只在 {since} 至 {until} 有效。",
    ),
    "certificate.key_ended": (
        "The key of {number} was ended on {until}: its device was lost, or it was replaced.",
        "{number} 的这把签名密钥已于 {until} 停用（设备遗失或者密钥更换）。",
    ),
    "roster.other": (
        "The entry names another roster of version {version} than the agency published.",
        "记录引用的第 {version} 版名册与机关发布的不同。",
    ),
    "device.not_active": ("The device {device} was {state} since {since}.", "设备 {device} 自 {since} 起为“{state}”状态。"),
    # the ruler
    "rules.differ": ("The ruler, asked again, gives another answer for {violation} ({said}; again: {again}).", "裁量基准重算结果不同：{violation}（原：{said}；重算：{again}）。"),
    "rules.other_party": ("The ruler was asked for another kind of party: {violation}.", "裁量所用的当事人类型与案件不符：{violation}。"),
    "rules.pack_unknown": ("The table {pack} has not come here yet.", "裁量基准 {pack} 还没有收到。"),
    "rules.outside_statute": ("{violation}: {fine} yuan lies outside the statute.", "{violation}：{fine} 元超出法定幅度。"),
    "rules.no_leave": ("{violation}: {fine} yuan lies outside the band, and nobody allowed it.", "{violation}：{fine} 元超出裁量幅度，未经批准。"),
    "rules.fact_invalid": ("A fact does not fit the table: {fact} {text}.", "事实与裁量表不符：{fact} {text}。"),
    "rules.violation_unknown": ("The table does not hold this violation.", "裁量表里没有这一违法行为。"),
    "rules.not_in_force": ("{what} was not in force on {day}.", "{what} 在 {day} 没有生效。"),
    "rules.no_tier": ("{violation}: {tier} has no span for this kind of party.", "{violation}：{tier} 没有适用于此类当事人的幅度。"),
    # papers and steps
    "notice.unreadable": ("The code of the paper cannot be read.", "文书的验真码不能读。"),
    "notice.altered": ("The code of the paper was altered.", "文书的验真码被改动。"),
    "notice.code": ("The code of {number} does not vouch for this paper.", "{number} 的验真码所保证的不是这份文书。"),
    "notice.content": ("The content of {number} is not what was decided.", "{number} 的内容与决定不一致。"),
    "notice.officers": ("The officers on {number} are not those who signed.", "{number} 上的执法人员与签名人不一致。"),
    "notice.party": ("The party on {number} is not the party of the case.", "{number} 上的当事人与案件不一致。"),
    "act.unlawful": ("When it was done it was not lawful: {words}", "当时不合程序：{words}"),
    "act.own_case": ("{number} approved a decision of their own.", "{number} 审核了自己作出的决定。"),
    "draw.unfair": ("The draw is not what was promised, or gives something else.", "抽取结果与事先公布的承诺不符。"),
    "number.twice": ("The document number {number} was used twice.", "文号 {number} 用了两次。"),
    "number.not_allotted": ("The document number {number} was not allotted to this device.", "文号 {number} 没有分给这台设备。"),
    "case.conflict": ("Two entries of the case exclude each other; a supervisor has to settle it.", "案件有相互冲突的记录，等待监督人员处理。"),
    "entry.parent_missing": ("An entry that it rests on has not come.", "它所依据的前一记录还没有收到。"),
    # chains and the log
    "chain.missing": ("Entries {numbers} of the device have not come.", "设备的第 {numbers} 条记录没有收到。"),
    "chain.forked": ("Entries {numbers} of the device exist twice: it was copied or set back.", "设备的第 {numbers} 条记录有两份：设备被复制或者被恢复到以前。"),
    "chain.broken": ("Entries {numbers} of the device do not continue the ones before.", "设备的第 {numbers} 条记录与前一条接不上。"),
    "chain.other_head": ("The device names another entry {numbers} than the one that came.", "设备自称的第 {numbers} 条记录与收到的不同。"),
    "log.inconsistent": (
        "The relay's log was changed: it had {old} bundles, and {new} that do not continue them.",
        "中继站的日志被改动：原有 {old} 包，现在的 {new} 包接不上。",
    ),
    "log.begun_anew": ("The log was {old} bundles long when it was begun anew: {words}.", "日志在 {old} 包时经确认重新开始：{words}。"),
    "log.withheld": ("The relay's log holds {count} bundles that it did not hand out: places {places}.", "中继站日志里有 {count} 包没有交出：第 {places} 位。"),
    "log.other_root": ("The relay signed another log than the {size} bundles that it handed out.", "中继站签署的日志与它交出的 {size} 包不一致。"),
    "log.place_taken": ("The relay names two bundles for place {place} of its log.", "中继站给日志第 {place} 位报了两个不同的包。"),
}  # fmt: skip
WEIGHTS: Mapping[str, tuple[str, str]] = {
    "refused": ("not believed", "不予采信"),
    "waiting": ("waiting", "待核"),
    "noted": ("noted", "提示"),
}
LANGUAGES = ("en", "zh")


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def reason_words(reason: str, details: Mapping[str, str], language: str) -> str:
    """The sentence; a reason of a newer program is told by its name."""
    found = REASONS.get(reason)
    if found is None:
        return f"{reason} {'，'.join(details.values())}".strip()
    return found[LANGUAGES.index(language)].format_map(_Blank(details))


def weight_words(weight: str, language: str) -> str:
    """How heavy it is."""
    return WEIGHTS[weight][LANGUAGES.index(language)]
