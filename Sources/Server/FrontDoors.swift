import ClientAPI
import HTTPServer
import WebhookAPI

/// Which front door a request is for, by its path. None of them knows another.
struct FrontDoors: HTTPHandler {
    let webhooks: WebhookAPI
    let client: ClientAPI

    func route(_ head: HTTPRequest) -> HTTPRoute {
        WebhookAPI.owns(head.pathSegments) ? webhooks.route(head) : client.route(head)
    }
}
