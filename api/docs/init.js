// Shows the contract that this very server answers with.
window.addEventListener("load", () => {
  SwaggerUIBundle({ url: "/openapi.yaml", dom_id: "#contract", deepLinking: true, validatorUrl: null });
});
