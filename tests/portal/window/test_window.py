"""The public window of a whole system: on 3 January 2019 one district has its title, and a county is in publicity."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree as ET

import httpx
import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from deploy.local.issuer.people import OFFICER
from services.portal.window.gate import LEAST
from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town, open_town
from tests.portal.looking import DESKTOP, PHONE, barriers, scrolls_sideways

PAGES = (
    *("/", "/register", "/numbers", "/satisfaction", "/publicity", "/subscribe"),
    *("/verify", "/help", "/accessibility", "/privacy"),
)
JIUTAI, YANJI = "长春市九台区", "延边朝鲜族自治州延吉市"
CASES = json.loads(Path("deploy/demo/cases.json").read_text(encoding="utf-8"))["cases"]


@pytest.fixture(scope="module")
def square() -> Iterator[Town]:
    """A system in which the demonstration was played up to a day on which there is much to see."""
    with open_town("driven") as opened:
        opened.play("2019-01-03")
        yield opened


def patiently(browser: Browser, page: WebPage, action: str, **values: str) -> WebPage:
    """Fill in a form as slowly as a person does."""
    time.sleep(LEAST + 0.1)
    return browser.send(page, action, None, **values)


def district(browser: Browser) -> str:
    """The path of the district's page."""
    return urlsplit(browser.open("/register").link(JIUTAI)).path


def signed(browser: Browser, path: str) -> WebPage:
    """The page of a proof, once the notary has signed the event: that may take a while on a busy machine."""
    end = time.monotonic() + 60
    while (page := browser.open(path)).status == 404 and time.monotonic() < end:
        time.sleep(0.5)
    return page


def publicised(browser: Browser) -> WebPage:
    """The page of what is in publicity."""
    return browser.follow(browser.open("/publicity"), YANJI)


def mails(town: Town) -> list[dict[str, object]]:
    """What the mail server took."""
    index = town.state / "mail" / "index.jsonl"
    return [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()] if index.exists() else []


def texts(town: Town, to: str) -> list[str]:
    """The short messages to a number."""
    file = town.state / "sms.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    return [line["text"] for line in lines if str(line["to"]).endswith(to)]


def until(found: Callable[[], str], seconds: float = 30) -> str:
    """Wait for something that comes by itself."""
    end = time.monotonic() + seconds
    while not (known := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)
    return known


def mailed_code(town: Town, to: str) -> str:
    """The code in the newest mail to an address."""
    found = re.search(r"验证码 (\S+) 予以确认", mailed(town, to).replace("\n", ""))
    return found[1] if found else ""


def mailed(town: Town, to: str) -> str:
    """The words of the newest mail to an address; empty where there is none yet."""
    mine = [mail for mail in mails(town) if to in str(mail["to"])]
    if not mine:
        return ""
    content = (town.state / "mail" / f"{mine[-1]['number']:06}.eml").read_bytes()
    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_there_in_both_languages_and_light(square: Town, language: str) -> None:
    browser = square.browser()
    browser.open(f"/language/{language}")
    for path in (*PAGES, district(browser), urlsplit(publicised(browser).url).path):
        page = browser.open(path)
        assert page.status == 200, path
        assert len(page.html.encode()) < 100_000
        assert "style=" not in page.html
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page.html
        assert page.title.endswith("聚区" if language == "zh" else "juqu")


def test_home_says_what_there_is_now(square: Town) -> None:
    home = square.browser().open("/")
    assert home.link(YANJI).startswith("/publicity/")
    assert home.link(JIUTAI).startswith("/register/")
    for path in ("/publicity", "/subscribe", "/verify", "/sign-in?back=%2Fdesk"):
        assert path in [address for _, address in home.links]


def test_the_register_is_searched_filtered_and_asked_as_of_a_day(square: Town) -> None:
    browser = square.browser()
    page = browser.open("/register")
    assert JIUTAI in page.text
    assert "共 1 个" in page.text
    none = browser.send(page, "/register", None, q="延吉")
    assert "没有符合条件的集聚区" in none.text
    assert browser.send(page, "/register", None, status="gone").text.count(JIUTAI) == 0
    before = browser.send(page, "/register", None, on="2018-08-30")
    assert "共 0 个" in before.text
    assert "当日的名录" in before.text
    assert "共 1 个" in browser.send(page, "/register", None, q="九台 131号", on="2018-08-31").text
    assert browser.open("/register?prefecture=9").status == 422
    assert browser.open("/register?colour=red").status in {400, 422}


def test_the_map_shows_every_county_and_leads_on(square: Town) -> None:
    page = square.browser().open("/register")
    assert page.link("九台：建设期内").startswith("/register/")
    assert page.link("延吉：公示中").startswith("/publicity/")
    assert page.html.count('class="none"') >= 58


def test_the_files_hold_exactly_what_is_shown(square: Town) -> None:
    browser = square.browser()
    page = browser.open("/register?q=九台&sort=-county")
    shown = re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', page.html)
    as_csv = browser.open(page.link("CSV"))
    assert as_csv.headers["content-disposition"] == 'attachment; filename="register.csv"'
    assert [line[0] for line in csv.reader(io.StringIO(as_csv.html.lstrip("\ufeff")))][1:] == shown == [JIUTAI]
    as_json = json.loads(browser.open(page.link("JSON")).html)
    assert [each["county"] for each in as_json["districts"]] == shown
    assert as_json["asked"]["q"] == "九台"
    book = httpx.get(f"{square.portal}{page.link('XLSX')}", trust_env=False).content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert [each[0] for each in sheet.iter_rows(min_row=2, values_only=True)] == shown
    nothing = browser.open("/register.csv?q=没有").html
    assert len(nothing.strip().splitlines()) == 1


def test_programs_find_feed_sitemap_and_what_to_leave_alone(square: Town) -> None:
    browser = square.browser()
    feed = ET.fromstring(browser.open("/register.atom").html)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in entries] == [f"{JIUTAI}：建设期内"]
    sitemap = browser.open("/sitemap.xml").html
    addresses = [element.text for element in ET.fromstring(sitemap).iter() if element.tag.endswith("loc")]
    assert f"{square.portal}{district(browser)}" in addresses
    for address in addresses:
        assert address is not None
        assert browser.open(address).status == 200, address
    robots = browser.open("/robots.txt").html
    assert "Disallow: /objections/" in robots
    assert f"Sitemap: {square.portal}/sitemap.xml" in robots


def test_the_page_of_a_district_leads_to_the_proof_of_each_event(square: Town) -> None:
    browser = square.browser()
    page = browser.open(district(browser))
    assert "吉科发专〔2018〕131号" in page.text
    assert "2021年8月30日" in page.text
    proof = signed(browser, page.link("号事件"))
    assert proof.status == 200
    said = json.loads(browser.open(proof.link("JSON")).html)
    assert said["hash"] in proof.text
    assert browser.open("/verify/events/999999999").status == 404
    assert browser.open("/register/00000000-0000-0000-0000-000000000001").status == 404
    assert browser.open(f"{district(browser)}?on=2018-01-01").status == 404


def test_the_notarys_key_is_shown_as_the_notary_has_it(square: Town) -> None:
    browser = square.browser()
    keys = httpx.get(f"{square.urls['notary']}/keys", trust_env=False).json()["keys"]
    page = browser.open("/verify")
    assert keys[0]["vkey"] in page.text
    assert browser.open("/verify/keys").html == "".join(f"{key['vkey']}\n" for key in keys)
    assert browser.open("/verify/checkpoint").html.startswith(keys[0]["vkey"].split("+")[0])
    assert browser.open("/verify.py").html == Path("docs/verify.py").read_text(encoding="utf-8")


def test_numbers_are_drawn_with_their_table_beside(square: Town) -> None:
    page = square.browser().open("/numbers")
    assert page.html.count("<svg") == page.html.count("<table") == 4
    assert re.search(r"2018</th><td class=\"n\">1</td>", page.html)


def test_whoever_objects_gets_a_receipt_and_reads_the_answer_with_it(square: Town) -> None:
    browser = square.browser()
    page = publicised(browser)
    said = {"objector": "孔公众", "text": "名单中的一家机构不在延吉市。"}
    receipt = patiently(browser, page, urlsplit(page.url).path, **said)
    assert receipt.status == 200, receipt.text
    number = receipt.path.split("?")[0].rpartition("/")[2]
    assert "异议已收到" in receipt.text
    assert "等待答复" in receipt.text
    assert number in receipt.text
    assert receipt.headers["x-robots-tag"] == "noindex"
    for words in said.values():
        assert words not in receipt.html
        assert words not in browser.open("/publicity").html
    found = browser.send(browser.open("/publicity"), "/objections", None, receipt=f" {number.upper()} ")
    assert found.path == f"/objections/{number}"
    unknown = browser.send(browser.open("/publicity"), "/objections", None, receipt="x")
    assert (unknown.status, "没有这个编号的异议" in unknown.text) == (404, True)
    assert browser.open("/objections/00000000-0000-0000-0000-000000000001").status == 404


def test_a_refused_objection_loses_nothing_that_was_typed(square: Town) -> None:
    browser = square.browser()
    page = publicised(browser)
    path = urlsplit(page.url).path
    refused = patiently(browser, page, path, objector="", text="理由写在这里。")
    assert refused.status == 422
    assert refused.form(path).fields["text"] == ["理由写在这里。"]
    hasty = browser.send(refused, path, None, objector="孔公众", text="理由写在这里。")
    assert (hasty.status, "请再提交一次" in hasty.text) == (422, True)
    assert hasty.form(path).fields["objector"] == ["孔公众"]
    trapped = patiently(browser, hasty, path, website="https://example.invalid")
    assert trapped.status == 422
    unstamped = browser.send(trapped, path, None, _shown="x")
    assert unstamped.status == 422
    gone = browser.open("/publicity/00000000-0000-0000-0000-000000000001")
    assert "不在公示期" in gone.text


def test_objections_are_told_apart_by_the_browsers_address_and_not_the_portals(square: Town) -> None:
    page = publicised(square.browser())
    path, stamp = urlsplit(page.url).path, page.form(urlsplit(page.url).path).fields["_shown"][0]
    time.sleep(LEAST + 0.1)
    for number, address in enumerate(("127.0.0.1", "127.0.0.2", "127.0.0.2")):
        transport = httpx.HTTPTransport(local_address=address)
        with httpx.Client(transport=transport, trust_env=False) as client:
            said = {"_shown": stamp, "objector": "吴公众", "text": f"地址不同的异议 {number}"}
            assert client.post(f"{square.portal}{path}", data=said).status_code == 303
    headers = {"Authorization": f"Bearer {square.token(OFFICER)}"}
    case = path.rpartition("/")[2]
    answer = httpx.get(f"{square.urls['review']}/cases/{case}/objections", headers=headers, trust_env=False)
    marks = {each["text"]: each["client"] for each in answer.json() if each["text"].startswith("地址不同")}
    first, second, third = (marks[f"地址不同的异议 {number}"] for number in range(3))
    assert first != second == third


def test_no_other_site_can_object_in_somebodys_name(square: Town) -> None:
    path = urlsplit(publicised(square.browser()).url).path
    answer = httpx.post(
        f"{square.portal}{path}", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}, trust_env=False
    )
    assert answer.status_code == 403


def test_a_subscription_is_asked_for_confirmed_and_ended_by_mail(square: Town) -> None:
    browser, address = square.browser(), f"subscriber-{uuid4().hex[:8]}@example.invalid"
    page = browser.open("/subscribe?county=222401")
    assert page.form("/subscribe").fields["division"] == ["222401"]
    wrong = patiently(browser, page, "/subscribe", channel="mail", address="no address")
    assert wrong.status == 422
    assert wrong.form("/subscribe").fields["address"] == ["no address"]
    asked = patiently(browser, wrong, "/subscribe", channel="mail", address=address)
    assert asked.status == 200, asked.text
    assert re.fullmatch(r"/subscribe/[0-9a-f-]{36}", asked.path)
    assert address not in asked.html
    code = until(lambda: mailed_code(square, address))
    refused = patiently(browser, asked, "/confirmation", token="wrong")
    assert refused.status == 403
    confirmed = patiently(browser, refused, "/confirmation", token=code)
    assert (confirmed.status, "订阅成功" in confirmed.text) == (200, True)
    ended = patiently(browser, confirmed, "/end", token=code)
    assert "已退订" in ended.text


def test_whoever_writes_is_answered_once_and_others_read_what_is_published(square: Town) -> None:
    browser, address = square.browser(), f"writer-{uuid4().hex[:8]}@example.invalid"
    asks = f"申报需要哪些材料？{uuid4().hex[:6]}"
    nothing = patiently(browser, browser.open("/letters"), "/letters", text="", address=address)
    assert nothing.status == 422
    assert nothing.form("/letters").fields["address"] == [address]
    sent = patiently(browser, nothing, "/letters", kind="question", text=asks, channel="mail", address=address)
    assert (sent.status, "等待答复" in sent.text) == (200, True)
    assert sent.headers["x-robots-tag"] == "noindex"
    assert asks not in sent.html
    assert address not in sent.html

    officer = square.signed_in(person="province-officer")
    until(lambda: said if "咨询来信：答复" in (said := officer.open("/desk").text) else "")
    letter = officer.follow(officer.open("/desk"), "咨询来信：答复")
    assert asks in letter.text
    half = officer.send(letter, urlsplit(letter.url).path, None, answer="见四（三）。", public_question="要哪些材料？")
    assert half.status == 422
    assert half.form(urlsplit(letter.url).path).fields["answer"] == ["见四（三）。"]
    done = officer.send(half, urlsplit(letter.url).path, None, public_answer="申请书和证明材料。")
    assert (done.path, "已答复" in done.text) == ("/desk/letters", True)

    kept = sent.path.partition("?")[0]
    assert "见四（三）。" in until(lambda: said if "见四（三）。" in (said := browser.open(kept).text) else "")
    rating = browser.follow(browser.open(kept), "评价这次答复")
    rated = patiently(browser, rating, rating.path, level="satisfied", words="答得清楚（虚构）")
    assert (rated.path, rated.status, "评价已收到" in rated.text) == (rating.path, 200, True)
    assert "答得清楚（虚构）" not in rated.text
    found = browser.send(browser.open("/letters"), "/letters/find", None, receipt=kept.rpartition("/")[2])
    assert found.path == kept
    published = until(lambda: said if "要哪些材料？" in (said := browser.open("/letters").text) else "")
    assert "见四（三）。" not in published
    assert "见四（三）。" in until(lambda: mailed(square, address))
    assert browser.open("/letters/00000000-0000-0000-0000-000000000001").status == 404
    assert square.signed_in(office="county 220113").open("/desk/letters").status == 403


def test_nobody_can_have_a_strangers_telephone_flooded_with_codes(square: Town) -> None:
    browser, number = square.browser(), "0000-0077001"
    topics = ("", "publicity", "designations", "titles", "applications")
    for round_ in range(8):
        page = browser.open("/subscribe")
        wish = {"topic": topics[round_ % len(topics)], "division": "222401" if round_ >= len(topics) else ""}
        sent = patiently(browser, page, "/subscribe", channel="sms", address=number, **wish)
        assert sent.status in {200, 429}, sent.text
    until(lambda: "came" if texts(square, "0077001") else "")
    time.sleep(3)
    assert 1 <= len(texts(square, "0077001")) <= 5


def test_no_public_page_or_address_holds_personal_data(square: Town) -> None:
    people = [
        case[role][field]
        for case in CASES
        for role in ("county_head", "county_contact", "key_unit_head")
        for field in ("name", "phone", "email")
        if field in case[role]
    ]
    assert len(people) > 20
    browser = square.browser()
    paths = [*PAGES, district(browser), urlsplit(publicised(browser).url).path]
    paths += ["/register.csv", "/register.json", "/register.atom", "/sitemap.xml", "/robots.txt"]
    for path in paths:
        page = browser.open(path)
        seen = page.html + " ".join(page.headers.values()) + page.url
        assert not [each for each in people if each in seen], path
        assert not re.search(r"\b\d{4}-\d{7}\b|[\w.]+@example\.invalid", seen), path


@pytest.fixture
def window(look: Callable[..., BrowserContext], square: Town) -> Callable[..., BrowserContext]:
    """A window of the real browser at the square."""
    return lambda **options: look(portal=square.portal, **options)


def test_no_page_stands_in_anybodys_way(window: Callable[..., BrowserContext], square: Town) -> None:
    browser = square.browser()
    paths = (*PAGES, district(browser), urlsplit(publicised(browser).url).path, "/objections?receipt=x")
    for language in ("zh", "en"):
        for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
            context = window(viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.goto(f"/language/{language}")
            for path in paths:
                page.goto(path)
                assert barriers(page) == [], (language, scheme, path)
                assert not scrolls_sideways(page), (language, scheme, path)
            context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_large_type_fits_a_phone(window: Callable[..., BrowserContext], square: Town, language: str) -> None:
    browser = square.browser()
    page = window(viewport=PHONE).new_page()
    page.goto(f"/language/{language}")
    page.goto("/type/large")
    for path in (*PAGES, district(browser), urlsplit(publicised(browser).url).path, "/verify/events/1"):
        page.goto(path)
        assert not scrolls_sideways(page), path


def test_the_first_page_by_keyboard_leads_to_the_register(window: Callable[..., BrowserContext]) -> None:
    page = window().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.locator("#q").focus()
    page.keyboard.type("九台")
    page.keyboard.press("Enter")
    page.wait_for_url("**/register?**")
    page.locator(".tiles a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/register/|/publicity/"))


def test_a_citizens_way_through_the_window(window: Callable[..., BrowserContext], square: Town) -> None:
    """Look, filter, take the rows along, object, subscribe."""
    page = window().new_page()
    page.goto("/")
    page.get_by_role("link", name="示范名录").first.click()
    page.get_by_label("状态").select_option("term")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody th")).to_have_text([JIUTAI])
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert sheet is not None
    assert sheet.cell(2, 1).value == JIUTAI
    _object(page)
    _subscribe(page, square)


def answering(said: object) -> Callable[[Route], None]:
    """Answers a request with this instead of what the portal says."""
    return lambda route: route.fulfill(json=said)


def test_the_browser_itself_checks_a_proof_and_notices_a_false_one(
    window: Callable[..., BrowserContext], square: Town
) -> None:
    browser = square.browser()
    path = urlsplit(browser.follow(browser.open(district(browser)), "号事件").url).path
    page = window().new_page()
    for seq in (path, "/verify/events/1"):
        page.goto(seq)
        page.locator("#proof-right").wait_for(state="visible")
    said = page.request.get(f"{path}.json").json()
    for false in (said | {"hash": "0" * 64}, said | {"proof": said["proof"][::-1]}, said | {"seq": said["seq"] + 1},
                  said | {"checkpoint": said["checkpoint"].replace("\n", "0\n", 2)}):  # fmt: skip
        page.route(f"**{path}.json", answering(false))
        page.goto(path)
        page.wait_for_timeout(1500)
        assert not page.locator("#proof-right").is_visible()
        page.unroute(f"**{path}.json")


def _object(page: Page) -> None:
    page.get_by_role("link", name="公示", exact=True).click()
    page.get_by_role("link", name=YANJI).click()
    page.get_by_label("姓名或者单位名称").fill("周公众")
    page.get_by_label("异议的事实和理由").fill("公示的机构数量有误。")
    page.wait_for_timeout(1000 * LEAST)
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_url("**/objections/*")
    number = page.locator(".number").inner_text()
    page.goto("/publicity")
    page.get_by_label("回执编号").fill(number)
    page.get_by_role("button", name="查答复").click()
    expect(page.locator("main")).to_contain_text("等待答复")


def _subscribe(page: Page, square: Town) -> None:
    address = f"journey-{uuid4().hex[:8]}@example.invalid"
    page.goto("/subscribe")
    page.get_by_label("邮箱或者手机号码").fill(address)
    page.wait_for_timeout(1000 * LEAST)
    page.get_by_role("button", name="发验证码").click()
    page.wait_for_url(re.compile("/subscribe/[0-9a-f-]{36}"))
    page.get_by_label("验证码").fill(until(lambda: mailed_code(square, address)))
    page.wait_for_timeout(1000 * LEAST)
    page.get_by_role("button", name="确认订阅").click()
    page.wait_for_url("**confirmed=true")
    expect(page.locator("main")).to_contain_text("订阅成功")


def test_a_flood_of_forms_is_refused_and_what_was_typed_stays(square: Town) -> None:
    browser = square.browser()
    page = publicised(browser)
    path = urlsplit(page.url).path
    time.sleep(LEAST + 0.1)
    answers = [browser.send(page, path, None, objector="", text=f"第 {number} 次") for number in range(22)]
    assert answers[-1].status == 429
    assert answers[-1].form(path).fields["text"] == ["第 21 次"]
    assert "请求过于频繁" in answers[-1].text
