import pytest
pytestmark=[pytest.mark.browser]
LOOKS=[("light","en",1280),("dark","ko",360)]
@pytest.mark.parametrize("scheme,lang,width", LOOKS)
def test_look(shop, visit, scheme, lang, width):
    v=visit(width=width,scheme=scheme,language=lang).come(lang=lang)
    def shot(n):
        v.page.wait_for_timeout(500)
        v.page.screenshot(path=f"/tmp/wshots/{n}-{scheme}-{lang}-{width}.png")
    shot("0launcher")
    print(v.complaints, v.asked)
    try:
        v.open(); shot("1home")
        v.panel.locator("input[type=search]").fill("return" if lang=="en" else "반품"); shot("2search")
        v.panel.locator(".search .choice").first.click(); shot("3article")
        v.panel.get_by_role("button",name="Yes" ).click() if lang=="en" else None
        shot("3voted")
        v.panel.locator("header .icon").first.click(); shot("3back")
        v.ask("How long do I have to return something?" if lang=="en" else "반품은 며칠 안에 해야 하나요?"); shot("4sent")
        shop.work(); v.page.wait_for_timeout(3000); shot("5bot")
        v.panel.locator(".quick button").last.click(); v.page.wait_for_timeout(500)
        shop.answer("Hello, this is Mina. See https://shop.example/returns for more." if lang=="en" else "안녕하세요, 민지예요. 주문 번호를 알려 주시면 바로 볼게요."); v.page.wait_for_timeout(3000); shot("6agent")
        v.panel.locator("header span .icon").click(); shot("7menu")
        v.panel.locator(".menu button").nth(2).click(); shot("8sure"); v.panel.locator(".foot .main").click(); shot("9rate")
        v.panel.locator(".event .quick button").nth(3).click(); shot("9rated")
        v.panel.locator("header .icon").first.click(); shot("a-home")
        v.panel.locator(".list .choice").last.click(); shot("b-orders")
    finally:
        v.page.screenshot(path=f"/tmp/wshots/z-{scheme}-{lang}-{width}.png")
        print(v.complaints); print([a.replace(shop.address,"") for a in v.asked])
