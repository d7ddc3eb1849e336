"""Language, contrast, structure and width: of every page, as the browser has computed it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.desk.conftest import Council, Watched
from tests.desk.nodes import AMBER, HOSTILE, REPORT

from kenesh.doors.desk.languages import LANGUAGES

pytestmark = pytest.mark.browser
LOOKUP = "/desk/lookup?value=evil.example%20192.0.2.1%20nothing"
ACTING = [
    "/desk/state",
    f"/desk/release?object={AMBER}&object={HOSTILE}",
    f"/desk/withdraw?of={AMBER}",
    f"/desk/explain?object={HOSTILE}",
    "/desk/recalls",
    "/desk/situation",
    "/desk/scorecard",
    "/desk/cases",
    "/desk/contacts",
    "/desk/partners/IT",
    "/desk/treaties",
    "/desk/drills",
    "/desk/record",
    "/desk/proposals",
    "/desk/council",
    "/desk/peers/admit",
]
PAGES = [
    *(
        "/desk/",
        "/desk/account",
        "/desk/password",
        f"/desk/object/{AMBER}",
        f"/desk/object/{HOSTILE}",
        "/desk/objects",
        LOOKUP,
        "/desk/nothing",
    ),
    *ACTING,
]
ENTRANCE = ["/desk/login", "/desk/login/nothing"]
HEADINGS = {
    "en": "Who may see it",
    "az": "Kim görə bilər",
    "kk": "Кім көре алады",
    "ky": "Ким көрө алат",
    "ru": "Кому это видно",
    "tr": "Kim görebilir",
    "uz": "Kim koʻra oladi",
}

#: Every text with its colour, the colour that it stands on, and whether it is large (WCAG 2.2 §1.4.3).
TEXTS = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const ground = it => {
    const layers = [];
    for (; it; it = it.parentElement) layers.push(parse(getComputedStyle(it).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const luminance = c => {
    const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; text = walker.nextNode();) {
    const it = text.parentElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    if (!text.textContent.trim() || box.width < 2 || style.visibility === 'hidden') continue;
    const below = ground(it), ink = over(parse(style.color), below);
    const [dark, light] = [luminance(ink), luminance(below)].sort((a, b) => a - b);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    found.push([text.textContent.trim().slice(0, 40), (light + 0.05) / (dark + 0.05), isLarge ? 3 : 4.5]);
  }
  return found;
}"""

STRUCTURE = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const faults = [];
  if (all('h1').length !== 1) faults.push('one h1');
  if (all('main').length !== 1 || all('header, footer').length < 2) faults.push('landmarks');
  const levels = all('h1, h2, h3, h4').map(it => +it.tagName[1]);
  levels.forEach((level, i) => { if (i && level > levels[i - 1] + 1) faults.push('heading ' + level); });
  for (const table of all('table')) {
    if (!table.caption || !table.caption.textContent.trim()) faults.push('caption');
    if ([...table.querySelectorAll('th')].some(th => !th.scope)) faults.push('scope');
    for (const row of table.tBodies[0]?.rows ?? []) if (!row.querySelector('th')) faults.push('row without a head');
  }
  for (const it of all('input:not([type=hidden]), select, textarea'))
    if (!it.labels.length) faults.push('label ' + it.name);
  for (const it of all('a, button')) if (!it.textContent.trim()) faults.push('nameless ' + it.outerHTML);
  for (const it of all('img')) if (!it.hasAttribute('alt')) faults.push('alt');
  const ids = all('[id]').map(it => it.id);
  if (new Set(ids).size !== ids.length) faults.push('ids twice');
  if (all('time').some(it => !/^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$/.test(it.dateTime))) faults.push('time');
  const root = document.documentElement;
  if (!root.lang || !root.dir || !document.title) faults.push('lang, dir, title');
  return faults;
}"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def forgive_the_missing_page(seen: Watched) -> None:
    """That an absent page is answered with 404 or 403 the browser tells as an error."""
    seen.complaints[:] = [text for text in seen.complaints if "the server responded with a status of 40" not in text]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(officer: Watched, scheme: Any) -> None:
    page = officer.page
    page.emulate_media(color_scheme=scheme)
    backgrounds = set()
    for path in (*PAGES, *ENTRANCE):
        page.goto(path)
        texts = page.evaluate(TEXTS)
        assert len(texts) > 5
        assert [text for text in texts if text[1] < text[2]] == [], path
        backgrounds.add(page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor"))
    forgive_the_missing_page(officer)
    assert len(backgrounds) == 1
    assert (max(map(int, backgrounds.pop()[4:-1].split(", "))) < 60) is (scheme == "dark")


def test_every_page_is_built_of_headings_landmarks_tables_and_labels(officer: Watched) -> None:
    for path in (*PAGES, f"/desk/object/{REPORT}", *ENTRANCE):
        officer.page.goto(path)
        assert officer.page.evaluate(STRUCTURE) == [], path
    forgive_the_missing_page(officer)


@pytest.mark.parametrize("width", [320, 640])  # 640: a window of 1280, zoomed to 200 %
def test_every_page_fits_a_narrow_window(officer: Watched, width: int) -> None:
    officer.page.set_viewport_size({"width": width, "height": 800})
    for path in (*PAGES, f"/desk/object/{REPORT}", *ENTRANCE):
        officer.page.goto(path)
        assert officer.page.evaluate(OVERFLOW) == 0, path
    forgive_the_missing_page(officer)


def test_a_narrow_window_holds_every_language(officer: Watched) -> None:
    officer.page.set_viewport_size({"width": 320, "height": 800})
    for language in LANGUAGES:
        for path in ("/desk/", f"/desk/object/{AMBER}", LOOKUP, ACTING[1], ACTING[-1]):
            officer.page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
            assert officer.page.evaluate(OVERFLOW) == 0, (path, language)


def test_what_would_be_done_has_contrast_and_fits_a_narrow_window(officer: Watched) -> None:
    """The pages after the first press; nothing is done on them."""
    page = officer.page
    page.set_viewport_size({"width": 320, "height": 800})
    for path, field, text in (
        ("/desk/state", "#values", "http://a.example/" + "long/" * 60),
        (f"/desk/release?object={REPORT}&object={HOSTILE}&to=AZ&to=public", "#reason", "x" * 300),
        (f"/desk/withdraw?of={AMBER}", "#reason", "x" * 300),
    ):
        page.goto(path)
        page.locator(field).fill(text)
        page.locator("button.main").click()
        page.wait_for_selector("#would")
        assert page.evaluate(STRUCTURE) == [], path
        assert page.evaluate(OVERFLOW) == 0, path
        assert [text for text in page.evaluate(TEXTS) if text[1] < text[2]] == [], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browsers_language_is_spoken(
    browser: Browser, council: Council, session: dict[str, Any], language: str
) -> None:
    context = browser.new_context(base_url=council.kz.services.own.url, storage_state=session, locale=language)
    page = context.new_page()
    page.goto(f"/desk/object/{AMBER}")
    assert page.locator("html").get_attribute("lang") == language
    assert page.get_by_role("heading", level=2).last.inner_text() == HEADINGS[language]
    if language != "en":
        assert english_on(page) == set()
    context.close()


def english_on(page: Page) -> set[str]:
    """Headings, heads of columns, labels and buttons that are still said in English."""
    english = {"Overview", "Objects", "Look up", "Log out", "Content", "Versions", "Party", "Since", "Why", "Rule"}
    return english & set(page.locator("h2, h3, th[scope=col], dt, header a, button, label").all_inner_texts())
