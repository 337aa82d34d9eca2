import ClientAPI
import HTTPServer
import WebApps
import WebhookAPI

/// Which front door a request is for, by its host and its path. None of them knows another.
struct FrontDoors: HTTPHandler {
    let webApps: WebApps
    let webhooks: WebhookAPI
    let client: ClientAPI

    func route(_ head: HTTPRequest) -> HTTPRoute {
        if webApps.owns(head) { return webApps.route(head) }
        return WebhookAPI.owns(head.pathSegments) ? webhooks.route(head) : client.route(head)
    }
}
